import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);
import{a as $}from"./chunk-JQKLBLY4.js";import{a as d}from"./chunk-DYRZDTW3.js";import"./chunk-JATPCKIY.js";import{l as y}from"./chunk-Y6UJOCM3.js";import{a as p,b as u,c as w}from"./chunk-NZUIWHVJ.js";import"./chunk-ZOTYCOPL.js";import{a as m}from"./chunk-CWDX5M7O.js";import"./chunk-ZQPJDVL2.js";import"./chunk-EULVVXFX.js";import"./chunk-DA25B5AF.js";import{d as g}from"./chunk-IWZWFJ4L.js";import"./chunk-S2MCHZGW.js";import"./chunk-Z7ZETGH3.js";import"./chunk-25SWBDZ2.js";import"./chunk-N4V5QXJV.js";import{writeFileSync as T}from"node:fs";import{join as M}from"node:path";function E(e,o){return`# yaml-language-server: $schema=https://unpkg.com/cilium-align/schema/config.schema.json
# How cilium-align reads this repository. Every key may be left out: it then infers, or does what is written here.

# What stands below these paths (a file, a folder, or a list of them) speaks for a cluster; a side without one is inferred.
${o?`# Those of Talos and the bootstrap are paths in the repository of the bootstrap.
`:""}${e.length>0?`clusters:
${N(e,o).join(`
`)}`:C}

# The exit code is 1 from this level on: error, warning, note or never.
fail-on: error

# Whether it is 1 too where something that could be an error cannot be known: fail or warn.
undecided: fail

# Other levels than the built-in ones (error, warning, note), by rule or setting. \`cilium-align explain NAME\` says what each is.
# levels:
#   operator.replicas: note

# Differences and findings that are meant to be, by setting or rule. The reason is shown in every report; after \`until\` they count again.
# allow:
#   - setting: operator.replicas
#     reason: one control plane at first, three later
#     until: 2030-01-31
`}var C=`# clusters:
#   - name: homelab
#     talos: talos
#     bootstrap: bootstrap
#     argocd: apps/cilium`,v=["talos","bootstrap","argocd"];function N(e,o){let i=new Set;return e.flatMap(t=>{let n=R(t,i);return i.add(n),[`  - name: ${S(n)}`,...v.flatMap(r=>{let l=b(t,r,o);if(l.length===0)return[`    # ${r}: nothing was found`];let f=new Set(e.filter(a=>a!==t).flatMap(a=>b(a,r,o))),s=l.find(a=>!f.has(a));return[s===void 0?`    # ${r}: every file that it reads speaks for another cluster too`:`    ${r}: ${S(s)}`]})]})}function b({talos:e,bootstrap:o,argocd:i},t,n){let r=t==="talos"?e:(t==="bootstrap"?o:i)?.declaration,l=r?[r.place.file,...r.files]:[];if(!n)return l;let{name:f}=n[t==="argocd"?"argocd":"bootstrap"];return l.map(s=>g(f,s)).filter(s=>s!==void 0)}function R({name:e},o){let i=(e??"main").replace(/[^\w.:@/() -]/g,"-").replace(/^[^A-Za-z0-9]+/,"").slice(0,90),t=w.test(i)?i:"cluster",n=t;for(let r=2;o.has(n);r++)n=`${t} (${r})`;return n}function S(e){return/^[A-Za-z][\w./-]*[\w/]$/.test(e)&&!/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(e)?e:JSON.stringify(e)}function z(e,o,i){let{repositories:t,configured:n,inside:r,here:l}=$(e,o),{root:f,repository:s}=n;if(s.file(u)!==void 0)throw new d(`${u} is there; call it ${p} or delete it`);let a=E(y(t,r).clusters,m(t)?t:void 0),c=M(l.length===2?e:f,p);try{T(c,a,{flag:"wx"})}catch(A){let h=A.code;throw new d(h==="EEXIST"?`${c} exists; init overwrites nothing: edit it, or delete it first`:`cannot write ${c} (${h??"unknown error"})`)}i.stdout(`wrote ${c}

${a}`)}export{z as writeConfiguration};
