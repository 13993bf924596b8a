import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);
import{a as h}from"./chunk-B6YQU76K.js";import{a as g}from"./chunk-DYRZDTW3.js";import{g as p,l as d,m as l}from"./chunk-QI2P4SNW.js";import"./chunk-FYYLS4EK.js";import"./chunk-IWZWFJ4L.js";import{c,d as m}from"./chunk-MGH7BRRA.js";import{w as a}from"./chunk-BAX4SXMG.js";import"./chunk-N4V5QXJV.js";var x=4;function y({level:n,title:e,why:r,fix:t,link:i,examples:u},o){let s=[`**${e}** (${n}).`,r];return o!==void 0&&s.push("It says:",f("text",o)),s.push(`What to do: ${O(t)} [More](${i})`,...j(u)),`${s.join(`

`)}
`}function j({passing:n,failing:e}){let r=[];for(let[t,i]of Object.entries(e)){let u=n[t];u===void 0?r.push(`It fails with \`${t}\`:`,f($(t),i.trimEnd())):u!==i&&r.push(`\`${t}\`, which fails with \`-\` and passes with \`+\`:`,f("diff",E(i,u)))}for(let[t,i]of Object.entries(n))e[t]===void 0&&r.push(`It passes with \`${t}\`:`,f($(t),i.trimEnd()));return r}function E(n,e){let{hunks:r}=h("","",`${n.trimEnd()}
`,`${e.trimEnd()}
`,"","",{context:x});return r.map(({lines:t})=>t.join(`
`)).join(`
\u2026
`)}function f(n,e){return`\`\`\`${n}
${e}
\`\`\``}function $(n){return n.endsWith(".sh")?"sh":n.endsWith(".tf")?"hcl":"yaml"}function O(n){return/^[A-Z][a-z]/.test(n)?n[0].toLowerCase()+n.slice(1):n}function W(n,e){let r=l(n);if(r){e.stdout(`# ${r.id}

${y(r)}`);return}let t=m(n);if(!t){let o=p(n,[...d.map(({id:s})=>s),...c.map(({path:s})=>s)]);throw new g(`no rule and no setting is named ${n}${o?`; did you mean ${o}?`:""}`)}let i=[`${t.path}: ${t.title}`,"",t.why,"",`impact     ${t.impact}${t.addedByArgocd?", additive where only Argo CD has it":""}${t.migratable?"":", cannot be changed on a running cluster"}`,`read from  ${t.facts.join(", ")}`,`more       ${t.link}`],u=a(t.path);u.length>0&&i.push("","chart defaults:",...u.map(({first:o,last:s,value:w})=>`  ${o===s?o:`${o} to ${s}`}  ${JSON.stringify(w)}`)),e.stdout(`${i.join(`
`)}
`)}export{W as explain};
