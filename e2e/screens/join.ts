import type { Page } from '@playwright/test';

/** *Join*: an invite, what it would do, the consent. */
export class JoinScreen {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** The name of the pool an invite leads to. */
  pool(name: string) {
    return this.#page.getByRole('heading', { level: 2, name, exact: true });
  }

  /** What an invite says, by the title of its part. */
  part(title: string) {
    return this.#page.getByRole('region', { name: title });
  }

  get consent() {
    return this.#page.getByRole('checkbox', { name: /I agree/ });
  }

  accept(pool: string) {
    return this.#page.getByRole('button', { name: `Join ${pool}` });
  }
}
