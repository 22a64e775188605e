import type {Browser} from 'puppeteer-core';
import {afterAll, beforeAll} from 'vitest';
import {LabPage, launchChromium, type Site, serveBuiltPage} from './page.ts';

/** The built page and a browser to look at it with, there while the tests of a file run. */
export class Stand {
  #site: Site | undefined;
  #browser: Browser | undefined;

  /** Called at the top of a file: it is there before the file's first test and gone after its last. */
  static forThisFile(): Stand {
    const stand = new Stand();
    beforeAll(async () => {
      stand.#site = await serveBuiltPage();
      stand.#browser = await launchChromium();
    });
    afterAll(async () => {
      await stand.#browser?.close();
      await stand.#site?.close();
    });
    return stand;
  }

  get site(): Site {
    if (this.#site === undefined) throw new Error('the page is served while tests run, not before');
    return this.#site;
  }

  /** A page of its own, at an address below the site's, or at a whole one. */
  open(address = '', size?: {readonly width: number; readonly height: number}): Promise<LabPage> {
    if (this.#browser === undefined) throw new Error('the browser runs while tests do, not before');
    return LabPage.open(this.#browser, new URL(address, this.site.url).href, size);
  }
}
