import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);
import{a as O}from"./chunk-M3H5LVIO.js";import{g as $,j as h,k as y}from"./chunk-KOZHSJQV.js";import"./chunk-TFMCDQTT.js";import"./chunk-IOT2GVSD.js";import{c as g,d}from"./chunk-D436MZYM.js";import{v as p}from"./chunk-IZKKBIXE.js";import"./chunk-OOEDKO62.js";function j({level:t,title:o,why:i,fix:n,link:m,examples:a}){let{passing:e,failing:r}=a,l=Object.keys(e).filter(s=>e[s]===r[s]),f=s=>Object.fromEntries(Object.entries(s).filter(([b])=>!l.includes(b))),u=[`**${o}** (${t}).`,i,`What to do: ${E(n)} [More](${m})`];return l.length>0&&u.push("Both examples hold:",...c(Object.fromEntries(l.map(s=>[s,e[s]])))),u.push("Passes:",...c(f(e)),"Fails:",...c(f(r))),`${u.join(`

`)}
`}function c(t){let o=Object.entries(t);return o.length===0?["nothing more"]:o.map(([i,n])=>`\`${i}\`
\`\`\`${w(i)}
${n.trimEnd()}
\`\`\``)}function w(t){return t.endsWith(".sh")?"sh":t.endsWith(".tf")?"hcl":"yaml"}function E(t){return/^[A-Z][a-z]/.test(t)?t[0].toLowerCase()+t.slice(1):t}function v(t,o){let i=y(t);if(i){o.stdout(`# ${i.id}

${j(i)}`);return}let n=d(t);if(!n){let e=$(t,[...h.map(({id:r})=>r),...g.map(({path:r})=>r)]);throw new O(`no rule and no setting is named ${t}${e?`; did you mean ${e}?`:""}`)}let m=[`${n.path}: ${n.title}`,"",n.why,"",`impact     ${n.impact}${n.addedByArgocd?", additive where only Argo CD has it":""}${n.migratable?"":", cannot be changed on a running cluster"}`,`read from  ${n.facts.join(", ")}`,`more       ${n.link}`],a=p(n.path);a.length>0&&m.push("","chart defaults:",...a.map(({first:e,last:r,value:l})=>`  ${e===r?e:`${e} to ${r}`}  ${JSON.stringify(l)}`)),o.stdout(`${m.join(`
`)}
`)}export{v as explain};
