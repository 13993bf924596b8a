import type { CompletedCommand, CompletedProgram, Completion } from './completed.ts';

/** A script for fish 3 and newer. */
export function fishCompletion({ name, commands, unnamed }: CompletedProgram): string {
  const names = commands.map((command) => command.name).join(' ');
  const take = [...commands, unnamed].flatMap(({ options }) => options.filter(({ takes }) => takes !== undefined).map(({ flag }) => flag));
  return `# fish completion of ${name}
# The command and how many arguments stand before the cursor: explain:0
function __cilium_align_where
    set -l words (commandline -opc)
    set -e words[1]
    set -l command
    if set -q words[1]; and contains -- $words[1] ${names}
        set command $words[1]
        set -e words[1]
    end
    set -l position 0
    set -l skip 0
    for word in $words
        if test $skip = 1
            set skip 0
        else if contains -- $word ${[...new Set(take)].join(' ')}
            set skip 1
        else if not string match -q -- '-*' $word
            set position (math $position + 1)
        end
    end
    echo "$command:$position"
end
function __cilium_align_in
    string match -q -- "$argv[1]:*" (__cilium_align_where)
end
complete -c ${name} -f
${commands.map((command) => `complete -c ${name} -n 'test (__cilium_align_where) = :0' -a ${command.name} -d ${quote(command.text)}`).join('\n')}
${[{ name: '', text: '', ...unnamed }, ...commands].flatMap((command) => linesOf(name, command)).join('\n')}
`;
}

function linesOf(program: string, { name, options, arguments: args }: CompletedCommand): string[] {
  return [
    ...options.map(({ flag, text, takes }) => {
      const value =
        takes === undefined ? '' : typeof takes === 'object' ? ` -x -a ${quote(takes.join(' '))}` : takes === 'unknown' ? ' -x' : ' -r -F';
      return `complete -c ${program} -n '__cilium_align_in "${name}"' -l ${flag.slice(2)}${value} -d ${quote(text)}`;
    }),
    ...args.map((takes, i) => `complete -c ${program} -n 'test (__cilium_align_where) = ${name}:${i}' ${offer(takes)}`),
  ];
}

function offer(takes: Completion): string {
  if (typeof takes === 'object') return `-a ${quote(takes.join(' '))}`;
  return takes === 'directory' ? "-a '(__fish_complete_directories)'" : '-F';
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
