/** A page of Cilium's documentation. */
export const page = (path: string): string => `https://docs.cilium.io/en/stable/${path}`;
