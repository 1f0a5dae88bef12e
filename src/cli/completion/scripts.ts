/** Completion scripts as text. See bash(1) "Programmable Completion", zshcompsys(1), fish "complete". */
import type { Place, Word } from './words.ts';

/** Renders for bash; where nothing fits, file names are completed. */
export function renderBash(name: string, places: readonly Place[]): string {
  const values = places.flatMap(({ path, values: of }) =>
    choices(of).map(
      ([flag, few]) => `    ${quote(`${path} ${flag}`)}) commands=${quote(few.join(' '))}; options=$commands ;;`,
    ),
  );
  const cases = places.map(
    ({ path, words, options }) =>
      `    ${quote(path)}) commands=${quote(list(words))}; options=${quote(list(options))} ;;`,
  );
  return `# bash completion for ${name}
_${name}() {
  local word place='' commands='' options='' current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  # The shell splits --option=value at the sign.
  [[ "$current" == = ]] && current=''
  [[ "$before" == = ]] && before=\${COMP_WORDS[COMP_CWORD-2]}
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$place $word" in
${walk(places, (path) => `place=${quote(path)}`)}
    esac
  done
  case "$place" in
${cases.join('\n')}
  esac
  case "$place $before" in
${values.join('\n')}
  esac
  if [[ -z "$commands" && "$current" != -* ]]; then
    commands=$(command ${name} complete-words "$place" -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  fi
  case "$current" in
    -*) COMPREPLY=( $(compgen -W "$options" -- "$current") ) ;;
    *) COMPREPLY=( $(compgen -W "$commands" -- "$current") ) ;;
  esac
}
complete -o default -F _${name} ${name}
`;
}

/** Renders for zsh, as a file of $fpath or to be sourced. */
export function renderZsh(name: string, places: readonly Place[]): string {
  const cases = places.map(
    ({ path, words, options }) =>
      `    ${quote(path)})
      commands=(${describe(words)})
      options=(${describe(options)}) ;;`,
  );
  const values = places.flatMap(({ path, values: of }) =>
    choices(of).map(
      ([flag, list]) => `    ${quote(`${path} ${flag}`)}) compadd -- ${list.map(quote).join(' ')}; return ;;`,
    ),
  );
  return `#compdef ${name}
_${name}() {
  local word place=''
  local -a commands options line
  line=("\${(@)words[2,CURRENT]}")
  if [[ "$PREFIX" == --*=* ]]; then
    line[-1]=("\${PREFIX%%=*}" "\${PREFIX#*=}")
    compset -P 1 '*='
  fi
  for word in "\${(@)line[1,-2]}"; do
    case "$place $word" in
${walk(places, (path) => `place=${quote(path)}`)}
    esac
  done
  case "$place \${line[-2]}" in
${values.join('\n')}
  esac
  case "$place" in
${cases.join('\n')}
  esac
  if [[ "$PREFIX" == -* ]]; then
    _describe option options
  else
    local -a found
    (( \${#commands} )) || found=(\${(f)"$(command ${name} complete-words "$place" -- "\${(@)line}" 2>/dev/null)"})
    (( \${#found} )) && compadd -- $found && return
    (( \${#commands} )) && _describe command commands || _files
  fi
}
if [[ "\${funcstack[1]}" == _${name} ]]; then _${name} "$@"; else compdef _${name} ${name}; fi
`;
}

/** Renders for fish. */
export function renderFish(name: string, places: readonly Place[]): string {
  const at = (path: string): string => `-n "__${name}_at ${quoteFish(path)}"`;
  const ask = `'(__${name}_words)'`;
  const lines = places.flatMap(({ path, words, options, values }) => [
    ...words.map(({ word, means }) => `complete -c ${name} ${at(path)} -f -a ${quoteFish(word)}${meaning(means)}`),
    ...options.map(({ word, means }) => {
      const list = values.get(word);
      const value = list === undefined ? '' : ` -x -a ${list.length > 0 ? quoteFish(list.join(' ')) : ask}`;
      const flag = word.startsWith('--') ? `-l ${word.slice(2)}` : `-s ${word.slice(1)}`;
      return `complete -c ${name} ${at(path)} ${flag}${value}${meaning(means)}`;
    }),
  ]);
  return `# fish completion for ${name}
function __${name}_at
  set -l place ''
  for word in (commandline -opc)[2..-1]
    switch "$place $word"
${walkFish(places)}
    end
  end
  test "$place" = "$argv[1]"
end
function __${name}_words
  set -l place ''
  set -l line (commandline -opc)[2..-1] (commandline -ct)
  if string match -q -- '--*=*' $line[-1]
    set line $line[1..-2] (string split -m 1 -- = $line[-1])
  end
  for word in $line[1..-2]
    switch "$place $word"
${walkFish(places)}
    end
  end
  set -l found (test -n "$place"; and command ${name} complete-words "$place" -- $line 2>/dev/null)
  if set -q found[1]
    printf '%s\\n' $found
  else
    __fish_complete_path $line[-1]
  end
end
complete -c ${name} -f -a ${ask}
${lines.join('\n')}
`;
}

/** The arms that follow the commands on the line: `lab` and then `up` leads to the place `lab up`. */
function walk(places: readonly Place[], enter: (path: string) => string): string {
  return steps(places)
    .map(([from, path]) => `      ${quote(from)}) ${enter(path)} ;;`)
    .join('\n');
}

function walkFish(places: readonly Place[]): string {
  return steps(places)
    .map(([from, path]) => `      case ${quoteFish(from)}\n        set place ${quoteFish(path)}`)
    .join('\n');
}

function steps(places: readonly Place[]): readonly (readonly [string, string])[] {
  return places
    .filter(({ path }) => path !== '')
    .map(({ path }) => {
      const cut = path.lastIndexOf(' ');
      return [`${path.slice(0, Math.max(0, cut))} ${path.slice(cut + 1)}`, path] as const;
    });
}

function choices(values: Place['values']): readonly (readonly [string, readonly string[]])[] {
  return [...values].filter(([, list]) => list.length > 0);
}

function list(words: readonly Word[]): string {
  return words.map((one) => one.word).join(' ');
}

function describe(words: readonly Word[]): string {
  return words.map(({ word, means }) => quote(`${word.replaceAll(':', '\\:')}:${firstSentence(means)}`)).join(' ');
}

function meaning(text: string): string {
  return text === '' ? '' : ` -d ${quoteFish(firstSentence(text))}`;
}

function firstSentence(text: string): string {
  return text.split(/[;\n]/, 1)[0]?.trim() ?? '';
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** In fish a backslash escapes inside single quotes, too. */
function quoteFish(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
