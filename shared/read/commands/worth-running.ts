/** Names of programs and verbs without which no text can hold a command about Cilium or Talos's machine configuration. */
export const COMMANDS =
  /\b(?:helm|cilium(?:-cli)?|kustomize|helmfile|talosctl)\b|\bkubectl\b[^\n]{0,500}\s(?:-k|--kustomize|kustomize)\b|CILIUM_(?:CMD|CLI|BIN)/;

/** Scripts that may hold one. */
const SCRIPTS = /\.(?:ba)?sh\b|\bsource\b|\bscripts?\//;

/** True for a text that holds such a command, or calls a script that may. */
export function isWorthRunning(text: string): boolean {
  return COMMANDS.test(text) || SCRIPTS.test(text);
}

/** Clusters that live as long as a test. */
export const THROW_AWAY =
  /\b(?:kind|k3d|minikube)\b[^\n]{0,100}\b(?:create|start)\b|\btalosctl cluster create\b|helm\/kind-action|engineerd\/setup-kind|setup-minikube|setup-k3d|k3s-action/;
