# fish completion for gatdeploy
function __gatdeploy_at
  set -l place ''
  for word in (commandline -opc)[2..-1]
    switch "$place $word"
      case ' lab'
        set place 'lab'
      case 'lab up'
        set place 'lab up'
      case 'lab down'
        set place 'lab down'
      case ' plan'
        set place 'plan'
      case ' completion'
        set place 'completion'
    end
  end
  test "$place" = "$argv[1]"
end
function __gatdeploy_words
  set -l place ''
  set -l line (commandline -opc)[2..-1] (commandline -ct)
  if string match -q -- '--*=*' $line[-1]
    set line $line[1..-2] (string split -m 1 -- = $line[-1])
  end
  for word in $line[1..-2]
    switch "$place $word"
      case ' lab'
        set place 'lab'
      case 'lab up'
        set place 'lab up'
      case 'lab down'
        set place 'lab down'
      case ' plan'
        set place 'plan'
      case ' completion'
        set place 'completion'
    end
  end
  set -l found (test -n "$place"; and command gatdeploy complete-words "$place" -- $line 2>/dev/null)
  if set -q found[1]
    printf '%s\n' $found
  else
    __fish_complete_path $line[-1]
  end
end
complete -c gatdeploy -f -a '(__gatdeploy_words)'
complete -c gatdeploy -n "__gatdeploy_at ''" -f -a 'lab' -d 'make hosts'
complete -c gatdeploy -n "__gatdeploy_at ''" -f -a 'plan'
complete -c gatdeploy -n "__gatdeploy_at ''" -f -a 'completion' -d 'print a script that makes a shell complete commands and options'
complete -c gatdeploy -n "__gatdeploy_at ''" -f -a 'help' -d 'display help for command'
complete -c gatdeploy -n "__gatdeploy_at ''" -s V -d 'output the version number'
complete -c gatdeploy -n "__gatdeploy_at ''" -l version -d 'output the version number'
complete -c gatdeploy -n "__gatdeploy_at ''" -s h -d 'display help for command'
complete -c gatdeploy -n "__gatdeploy_at ''" -l help -d 'display help for command'
complete -c gatdeploy -n "__gatdeploy_at 'lab'" -f -a 'up'
complete -c gatdeploy -n "__gatdeploy_at 'lab'" -f -a 'down'
complete -c gatdeploy -n "__gatdeploy_at 'lab'" -f -a 'help' -d 'display help for command'
complete -c gatdeploy -n "__gatdeploy_at 'lab'" -s h -d 'display help for command'
complete -c gatdeploy -n "__gatdeploy_at 'lab'" -l help -d 'display help for command'
complete -c gatdeploy -n "__gatdeploy_at 'lab up'" -l name -x -a '(__gatdeploy_words)' -d 'which'
complete -c gatdeploy -n "__gatdeploy_at 'lab up'" -s o -x -a 'bookworm trixie'
complete -c gatdeploy -n "__gatdeploy_at 'lab up'" -l os -x -a 'bookworm trixie'
complete -c gatdeploy -n "__gatdeploy_at 'lab up'" -s h -d 'display help for command'
complete -c gatdeploy -n "__gatdeploy_at 'lab up'" -l help -d 'display help for command'
complete -c gatdeploy -n "__gatdeploy_at 'lab down'" -s h -d 'display help for command'
complete -c gatdeploy -n "__gatdeploy_at 'lab down'" -l help -d 'display help for command'
complete -c gatdeploy -n "__gatdeploy_at 'plan'" -l json -d 'as JSON'
complete -c gatdeploy -n "__gatdeploy_at 'plan'" -s h -d 'display help for command'
complete -c gatdeploy -n "__gatdeploy_at 'plan'" -l help -d 'display help for command'
complete -c gatdeploy -n "__gatdeploy_at 'completion'" -f -a 'bash'
complete -c gatdeploy -n "__gatdeploy_at 'completion'" -f -a 'zsh'
complete -c gatdeploy -n "__gatdeploy_at 'completion'" -f -a 'fish'
complete -c gatdeploy -n "__gatdeploy_at 'completion'" -s h -d 'display help for command'
complete -c gatdeploy -n "__gatdeploy_at 'completion'" -l help -d 'display help for command'
