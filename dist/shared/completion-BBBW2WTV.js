import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);
import{m as $}from"./chunk-ZQPJDVL2.js";import"./chunk-DA25B5AF.js";import"./chunk-IWZWFJ4L.js";import{c as f}from"./chunk-Z7ZETGH3.js";import"./chunk-25SWBDZ2.js";import"./chunk-N4V5QXJV.js";function u({name:e,commands:o,unnamed:m}){let s=[...o,m].flatMap(({options:n})=>n.filter(({takes:t})=>t!==void 0).map(({flag:t})=>t)),i=[{name:"",text:"",...m},...o].flatMap(n=>j(n,o));return`# bash completion of ${e}
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
        ${[...new Set(s)].join("|")}) option=$word ;;
        -*) ;;
        ${o.map(n=>n.name).join("|")}) if ((i == 1)); then command=$word; else ((position++)); fi ;;
        *) ((position++)) ;;
      esac
    fi
  done
  if [[ -n $option ]]; then word=$option
  elif [[ $current == -* ]]; then word=options
  else word=$position; fi
  case $command:$word in
${i.map(([n,t])=>`    ${n}) ${t} ;;`).join(`
`)}
  esac
  local IFS=$'\\n'
  COMPREPLY=($(IFS=' '; compgen -W "$words" -- "$current"))
  if [[ -n $kind ]]; then
    COMPREPLY+=($(compgen -A "$kind" -- "$current"))
    compopt -o filenames 2> /dev/null
  fi
}
complete -F _cilium_align ${e}
`}function j({name:e,options:o,arguments:m},s){let i=e===""?s.map(n=>n.name):[];return[[`${e}:options`,l(o.map(({flag:n})=>n))],...o.flatMap(({flag:n,takes:t})=>t===void 0?[]:[[`${e}:${n}`,l(t)]]),...m.map((n,t)=>[`${e}:${t}`,t===0&&i.length>0?`${l(i)}; ${l(n)}`:l(n)])]}function l(e){return typeof e=="object"?`words='${e.join(" ")}'`:e==="unknown"?":":`kind=${e}`}function C(e){let o=e.createHelp(),m=o.visibleCommands(e),s=m.map(r=>r.name()),i=f.map(({path:r})=>r),n={explain:[...$.map(({id:r})=>r),...i],help:s,"--setting":i},t=r=>o.visibleOptions(r).map(a=>({flag:a.long,text:a.description,takes:a.required?n[a.long]??g(a):void 0})),p=m.map(r=>({name:r.name(),text:o.subcommandDescription(r),options:t(r),arguments:n[r.name()]?[n[r.name()]]:r.registeredArguments.map(g)})),{options:d,arguments:x}=p.find(({name:r})=>r===e.unnamed.name()),O=t(e).filter(({flag:r})=>!d.some(a=>a.flag===r));return{name:e.name(),commands:p,unnamed:{options:[...d,...O],arguments:x}}}function g(e){if(e.argChoices)return e.argChoices;let o="flags"in e?/<(.+)>/.exec(e.flags)?.[1]:e.name();return o==="file"?"file":o==="path"?"flags"in e?"file":"directory":"unknown"}function _({name:e,commands:o,unnamed:m}){let s=o.map(n=>n.name).join(" "),i=[...o,m].flatMap(({options:n})=>n.filter(({takes:t})=>t!==void 0).map(({flag:t})=>t));return`# fish completion of ${e}
# The command and how many arguments stand before the cursor: explain:0
function __cilium_align_where
    set -l words (commandline -opc)
    set -e words[1]
    set -l command
    if set -q words[1]; and contains -- $words[1] ${s}
        set command $words[1]
        set -e words[1]
    end
    set -l position 0
    set -l skip 0
    for word in $words
        if test $skip = 1
            set skip 0
        else if contains -- $word ${[...new Set(i)].join(" ")}
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
complete -c ${e} -f
${o.map(n=>`complete -c ${e} -n 'test (__cilium_align_where) = :0' -a ${n.name} -d ${c(n.text)}`).join(`
`)}
${[{name:"",text:"",...m},...o].flatMap(n=>b(e,n)).join(`
`)}
`}function b(e,{name:o,options:m,arguments:s}){return[...m.map(({flag:i,text:n,takes:t})=>{let p=t===void 0?"":typeof t=="object"?` -x -a ${c(t.join(" "))}`:t==="unknown"?" -x":" -r -F";return`complete -c ${e} -n '__cilium_align_in "${o}"' -l ${i.slice(2)}${p} -d ${c(n)}`}),...s.map((i,n)=>`complete -c ${e} -n 'test (__cilium_align_where) = ${o}:${n}' ${M(i)}`)]}function M(e){return typeof e=="object"?`-a ${c(e.join(" "))}`:e==="directory"?"-a '(__fish_complete_directories)'":"-F"}function c(e){return`'${e.replace(/[\\']/g,"\\$&")}'`}function y({name:e,commands:o,unnamed:m}){let s=o.map(({name:i,text:n})=>`${P(`${i}:${n}`)}`);return`#compdef ${e}
# zsh completion of ${e}
_${e}-first() {
  local -a commands=(
${s.map(i=>`    ${i}`).join(`
`)}
  )
  _describe -t commands command commands
  _directories
}
_${e}() {
  local command=
  if (( CURRENT > 2 )); then
    case $words[2] in
      (${o.map(i=>i.name).join("|")}) command=$words[2]; shift words; (( CURRENT-- )) ;;
    esac
  fi
  case $command in
${[{name:"''",text:"",...m,first:`_${e}-first`},...o].map(i=>R(i)).join(`
`)}
  esac
}
if [[ $funcstack[1] == _${e} ]]; then _${e} "$@"; else compdef _${e} ${e}; fi
`}function R({name:e,options:o,arguments:m,first:s}){let i=[...o.map(({flag:n,text:t,takes:p})=>p===void 0?`${n}[${w(t)}]`:`${n}=[${w(t)}]:${n.slice(2)}:${h(p)}`),...m.map((n,t)=>`${t+1}:argument:${t===0&&s!==void 0?s:h(n)}`)];return`    (${e})
      _arguments ${i.map(n=>P(n)).join(` \\
        `)} ;;`}function h(e){return typeof e=="object"?`(${e.join(" ")})`:{file:"_files",directory:"_directories",unknown:" "}[e]}function w(e){return e.replace(/[[\]:\\]/g,"\\$&")}function P(e){return`'${e.replaceAll("'","'\\''")}'`}var S={bash:u,zsh:y,fish:_};function I(e,o){return S[e](C(o))}export{I as completionScript};
