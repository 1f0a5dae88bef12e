#compdef gatdeploy
_gatdeploy() {
  local word place=''
  local -a commands options line
  line=("${(@)words[2,CURRENT]}")
  if [[ "$PREFIX" == --*=* ]]; then
    line[-1]=("${PREFIX%%=*}" "${PREFIX#*=}")
    compset -P 1 '*='
  fi
  for word in "${(@)line[1,-2]}"; do
    case "$place $word" in
      ' lab') place='lab' ;;
      'lab up') place='lab up' ;;
      'lab down') place='lab down' ;;
      ' plan') place='plan' ;;
      ' completion') place='completion' ;;
    esac
  done
  case "$place ${line[-2]}" in
    'lab up -o') compadd -- 'bookworm' 'trixie'; return ;;
    'lab up --os') compadd -- 'bookworm' 'trixie'; return ;;
  esac
  case "$place" in
    '')
      commands=('lab:make hosts' 'plan:' 'completion:print a script that makes a shell complete commands and options' 'help:display help for command')
      options=('-V:output the version number' '--version:output the version number' '-h:display help for command' '--help:display help for command') ;;
    'lab')
      commands=('up:' 'down:' 'help:display help for command')
      options=('-h:display help for command' '--help:display help for command') ;;
    'lab up')
      commands=()
      options=('--name:which' '-o:' '--os:' '-h:display help for command' '--help:display help for command') ;;
    'lab down')
      commands=()
      options=('-h:display help for command' '--help:display help for command') ;;
    'plan')
      commands=()
      options=('--json:as JSON' '-h:display help for command' '--help:display help for command') ;;
    'completion')
      commands=('bash:' 'zsh:' 'fish:')
      options=('-h:display help for command' '--help:display help for command') ;;
  esac
  if [[ "$PREFIX" == -* ]]; then
    _describe option options
  else
    local -a found
    (( ${#commands} )) || found=(${(f)"$(command gatdeploy complete-words "$place" -- "${(@)line}" 2>/dev/null)"})
    (( ${#found} )) && compadd -- $found && return
    (( ${#commands} )) && _describe command commands || _files
  fi
}
if [[ "${funcstack[1]}" == _gatdeploy ]]; then _gatdeploy "$@"; else compdef _gatdeploy gatdeploy; fi
