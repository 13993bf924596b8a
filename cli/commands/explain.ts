import { CommandPage } from '../command-page.ts';
import type { Running } from './running.ts';

/** `cilium-align explain NAME` */
export function explainCommand({ surroundings }: Running): CommandPage {
  return new CommandPage('explain')
    .summary('what a rule finds, or what a setting is and what breaks when it drifts')
    .description(
      'Prints what a rule finds and how to mend it, or what a setting is, what breaks where the sides differ, and its defaults by chart version.',
    )
    .argument('<name>', 'a rule such as kube-proxy-missing, or a Helm path such as ipam.mode or hubble')
    .section('Examples', [
      ['cilium-align explain k8sServiceHost', 'what the setting does and what breaks'],
      ['cilium-align explain kube-proxy-missing', 'what the rule finds'],
    ])
    .section('Exit codes', [
      ['0', 'printed'],
      ['2', "no rule, no setting and no value of Cilium's charts has this name"],
    ])
    .action(async (name: string) => {
      (await import('../explain.ts')).explain(name, surroundings);
    });
}
