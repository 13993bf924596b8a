import type { CompletedCommand, CompletedProgram, Completion } from './completed.ts';

/** A script for zsh: evaluated below compinit, or as the file `_cilium-align` of a folder in fpath. */
export function zshCompletion({ name, commands, unnamed }: CompletedProgram): string {
  const described = commands.map(({ name: command, text }) => `${quote(`${command}:${text}`)}`);
  return `#compdef ${name}
# zsh completion of ${name}
_${name}-first() {
  local -a commands=(
${described.map((command) => `    ${command}`).join('\n')}
  )
  _describe -t commands command commands
  _directories
}
_${name}() {
  local command=
  if (( CURRENT > 2 )); then
    case $words[2] in
      (${commands.map((command) => command.name).join('|')}) command=$words[2]; shift words; (( CURRENT-- )) ;;
    esac
  fi
  case $command in
${[{ name: "''", text: '', ...unnamed, first: `_${name}-first` }, ...commands].map((command) => caseOf(command)).join('\n')}
  esac
}
if [[ $funcstack[1] == _${name} ]]; then _${name} "$@"; else compdef _${name} ${name}; fi
`;
}

function caseOf({ name, options, arguments: args, first }: CompletedCommand & { first?: string }): string {
  const specs = [
    ...options.map(({ flag, text, takes }) =>
      takes === undefined ? `${flag}[${inBrackets(text)}]` : `${flag}=[${inBrackets(text)}]:${flag.slice(2)}:${action(takes)}`,
    ),
    ...args.map((takes, i) => `${i + 1}:argument:${i === 0 && first !== undefined ? first : action(takes)}`),
  ];
  return `    (${name})\n      _arguments ${specs.map((spec) => quote(spec)).join(' \\\n        ')} ;;`;
}

function action(takes: Completion): string {
  if (typeof takes === 'object') return `(${takes.join(' ')})`;
  return { file: '_files', directory: '_directories', unknown: ' ' }[takes];
}

function inBrackets(text: string): string {
  return text.replace(/[[\]:\\]/g, '\\$&');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
