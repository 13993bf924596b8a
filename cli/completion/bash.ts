import type { CompletedCommand, CompletedProgram, Completion } from './completed.ts';

/** A script for bash 3.2 and newer, without the package bash-completion. */
export function bashCompletion({ name, commands, unnamed }: CompletedProgram): string {
  const take = [...commands, unnamed].flatMap(({ options }) => options.filter(({ takes }) => takes !== undefined).map(({ flag }) => flag));
  const cases = [{ name: '', text: '', ...unnamed }, ...commands].flatMap((command) => casesOf(command, commands));
  return `# bash completion of ${name}
_cilium_align() {
  local current=\${COMP_WORDS[COMP_CWORD]} command= option= position=0 i word words= kind=
  [[ $current == '=' ]] && current=
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    # --format=json comes as three words
    if [[ $word == '=' ]]; then continue
    elif [[ -n $option ]]; then option=
    else
      case $word in
        ${[...new Set(take)].join('|')}) option=$word ;;
        -*) ;;
        ${commands.map((command) => command.name).join('|')}) if ((i == 1)); then command=$word; else ((position++)); fi ;;
        *) ((position++)) ;;
      esac
    fi
  done
  if [[ -n $option ]]; then word=$option
  elif [[ $current == -* ]]; then word=options
  else word=$position; fi
  case $command:$word in
${cases.map(([pattern, does]) => `    ${pattern}) ${does} ;;`).join('\n')}
  esac
  local IFS=$'\\n'
  COMPREPLY=($(IFS=' '; compgen -W "$words" -- "$current"))
  if [[ -n $kind ]]; then
    COMPREPLY+=($(compgen -A "$kind" -- "$current"))
    compopt -o filenames 2> /dev/null
  fi
}
complete -F _cilium_align ${name}
`;
}

function casesOf({ name, options, arguments: args }: CompletedCommand, commands: readonly CompletedCommand[]): [string, string][] {
  const first = name === '' ? commands.map((command) => command.name) : [];
  return [
    [`${name}:options`, assign(options.map(({ flag }) => flag))],
    ...options.flatMap(({ flag, takes }): [string, string][] => (takes === undefined ? [] : [[`${name}:${flag}`, assign(takes)]])),
    ...args.map((takes, i): [string, string] => [
      `${name}:${i}`,
      i === 0 && first.length > 0 ? `${assign(first)}; ${assign(takes)}` : assign(takes),
    ]),
  ];
}

function assign(takes: Completion): string {
  return typeof takes === 'object' ? `words='${takes.join(' ')}'` : takes === 'unknown' ? ':' : `kind=${takes}`;
}
