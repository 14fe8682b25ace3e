/** Finds an installed Chromium, Chrome or Edge. The workbook brings no browser along: it is 150 MB that most have already. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];
const applications = ['Google Chrome', 'Chromium', 'Microsoft Edge', 'Brave Browser'];

type Environment = Readonly<Record<string, string | undefined>>;

/** Absolute path of a browser's program, or undefined where there is none. `CHROME_PATH` comes before all others. */
export function findBrowser(environment: Environment = process.env, platform = process.platform): string | undefined {
  const chosen = environment.CHROME_PATH;
  const candidates = [
    ...(chosen ? [chosen] : []),
    ...(environment.PATH ?? '')
      .split(delimiter)
      .filter((folder) => folder !== '')
      .flatMap((folder) => names.map((name) => join(folder, name))),
    ...(platform === 'darwin' ? applications.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`) : []),
  ];
  return candidates.find(isProgram);
}

/** The command that installs one. */
export function installCommand(platform = process.platform): string {
  return platform === 'darwin' ? 'brew install --cask chromium' : 'sudo apt-get install chromium';
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
