import type { GithubClient } from '../github-client.ts';
import { failureOf } from '../github-failure.ts';

/** Who wrote a comment, as far as a server says it: Gitea knows no types, GraphQL may give no id. */
export interface Person {
  login: string;
  id?: number;
  type?: string;
}

/** The author of what the runner's own token writes. On GitHub only workflows of the repository can be it, and no person's name holds a bracket. */
export function isActionsBot(user: Person | null | undefined): boolean {
  return user?.login === 'github-actions[bot]' && (user.type === undefined || user.type === 'Bot');
}

/** The account that the token belongs to; undefined where the server does not say. Installation tokens may not ask for the user, Gitea has no GraphQL. */
export async function viewer(client: GithubClient): Promise<Person | undefined> {
  try {
    const answer = await client.graphql<{ viewer: { login: string; databaseId?: number | null } }>('{ viewer { login databaseId } }', {
      request: { repeatable: true },
    });
    const { login, databaseId } = answer.viewer;
    return typeof databaseId === 'number' ? { login, id: databaseId } : { login };
  } catch (error) {
    if (isDown(error)) throw error;
  }
  try {
    const { login, id } = (await client.rest.users.getAuthenticated()).data;
    return { login, id };
  } catch (error) {
    if (isDown(error)) throw error;
    return undefined;
  }
}

/** Numbers decide where both sides have them: an application's name may also be a person's. */
export function samePerson(author: Person | null | undefined, self: Person): boolean {
  if (author === null || author === undefined) return false;
  if (author.id !== undefined && self.id !== undefined) return author.id === self.id;
  return author.login === self.login || (author.type === 'Bot' && author.login === `${self.login}[bot]`);
}

function isDown(error: unknown): boolean {
  return ['server', 'unreachable', 'limited'].includes(failureOf(error).kind);
}
