import type { Page } from '@playwright/test';
import { HomeScreen } from './home.ts';
import { JoinScreen } from './join.ts';

/** The names of the pages in the menu, in its order. */
export const screenNames = ['Home', 'Work', 'Earnings', 'Join', 'Settings'] as const;

/** A page's name in the menu. */
export type ScreenName = (typeof screenNames)[number];

/** The window (or the page in a browser) as people find their way in it. */
export class Rigshare {
  readonly page: Page;
  readonly home: HomeScreen;
  readonly join: JoinScreen;

  constructor(page: Page) {
    this.page = page;
    this.home = new HomeScreen(page);
    this.join = new JoinScreen(page);
  }

  /** The title of the page that is shown. */
  get title() {
    return this.page.getByRole('heading', { level: 1 });
  }

  /** The band that says that nothing is real. */
  get demoBand() {
    return this.page.getByText('Nothing on this computer is used', { exact: false }).first();
  }

  /** Goes to a page by the menu. */
  async goTo(name: ScreenName): Promise<void> {
    await this.page.getByRole('navigation').getByRole('link', { name }).click();
  }

  /** How many pixels the page is wider than its window; 0 or less where nothing is cut off. */
  overflow(): Promise<number> {
    return this.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
  }
}
