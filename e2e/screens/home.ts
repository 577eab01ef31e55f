import type { Page } from '@playwright/test';

/** *Home*: the state, the big button, today, the GPUs, the work. */
export class HomeScreen {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** The state in large letters. */
  state(title: string | RegExp) {
    return this.#page
      .getByRole('main')
      .getByRole('heading', { level: 2, name: title, exact: typeof title === 'string' });
  }

  get pause() {
    return this.#page.getByRole('button', { name: 'Pause', exact: true });
  }

  get resume() {
    return this.#page.getByRole('button', { name: 'Resume', exact: true });
  }

  /** A GPU's card. */
  gpu(name: string) {
    return this.#page.getByRole('article', { name });
  }

  /** The jobs now on this computer. */
  get jobs() {
    return this.#page.getByRole('region', { name: 'Work now' }).getByRole('listitem');
  }

  /** Today's amount as a number of the currency, such as 0.0042; 0 before there is one. */
  async earnedToday(): Promise<number> {
    const figures = this.#page.getByRole('region', { name: 'Today' }).getByRole('definition');
    const text = (await figures.first().textContent()) ?? '';
    return Number(/[\d.]+/.exec(text)?.[0] ?? 0);
  }
}
