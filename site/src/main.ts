/** What the pages can do beyond being read. Each part works alone, and without any of them the text is complete. */
import { copyButtons } from './copy.ts';
import { liveFigures } from './figures.ts';
import { showProgress } from './progress.ts';
import { keepQuiz } from './quiz.ts';
import { scrollersByKeyboard } from './scrollers.ts';
import { followReading } from './scrollspy.ts';
import { themeButton } from './theme.ts';

themeButton();
scrollersByKeyboard();
copyButtons();
followReading();
showProgress();
keepQuiz();
liveFigures();
