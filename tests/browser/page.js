// The page as people use it. Prints TAP.
//
// usage: node page.js PLAYWRIGHT CHROMIUM ADDRESS PID
//
// ADDRESS is that of the server whose process is PID: the last test ends it.
"use strict";
const assert = require("node:assert/strict");
const path = require("node:path");
const [modules, chromium, address, pid] = process.argv.slice(2);
const playwright = require(modules);

const TEXT = "The parcel has not arrived, and the courier says that the address is wrong.";
const OTHER = "Zoë says: the invoice 😀 charges tax\ttwice, and the invoice is <b>wrong</b>.";
const PHONE = {viewport: {width: 360, height: 740}, deviceScaleFactor: 2, isMobile: true,
               hasTouch: true};
const tests = [];
let browser;

const test = (name, run) => tests.push({name, run});

/* ---- What each page is held to ---- */

// Opens the page in a browser of its own; at the end nothing may have gone wrong in it.
async function withPage(options, use) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const faults = [], isExpected = [];
  page.on("console", message => {
    const isBad = ["error", "warning"].includes(message.type());
    if (isBad && !isExpected.some(pattern => pattern.test(message.text())))
      faults.push(message.text());
  });
  page.on("pageerror", error => faults.push(String(error)));
  page.on("dialog", dialog => faults.push("a dialog: " + dialog.message()) && dialog.dismiss());
  page.on("request", request => {
    if (!request.url().startsWith(address)) faults.push("asked for " + request.url());
  });
  await page.exposeFunction("reportViolation", violation => faults.push(violation));
  await page.addInitScript(() => {
    window.nViolations = 0;
    document.addEventListener("securitypolicyviolation", async event => {
      await window.reportViolation("violates " + event.violatedDirective);
      window.nViolations++;
    });
  });
  try {
    await page.goto(address);
    await page.getByText("tells 3 classes apart").waitFor();
    await use(page, pattern => isExpected.push(pattern), faults);
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
}

async function predict(text, more = {explain: true}) {
  const response = await fetch(address + "predict", {
    method: "POST", headers: {"Content-Type": "application/json"},
    body: JSON.stringify({text, ...more})});
  return (await response.json()).predictions[0];
}

const {format: percent} = new Intl.NumberFormat("en", {
  style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1});
const verdictOf = prediction => prediction.label + ", " + percent(prediction.probability);

// Types a text and waits for its answer.
async function ask(page, text) {
  const prediction = await predict(text);
  await page.locator("#text").fill(text);
  await page.waitForFunction(expected => document.getElementById("marked").textContent === expected,
                             text);
  return prediction;
}

/* ---- Tests ---- */

test("typing shows the label, a bar for each class, and the words that decided", () =>
  withPage({}, async page => {
    for (const text of [TEXT, OTHER]) {
      const prediction = await predict(text);
      await page.locator("#text").fill("");
      await page.locator("#text").pressSequentially(text);
      await page.waitForFunction(
        expected => document.getElementById("marked").textContent === expected, text);
      assert.equal(await page.locator("#verdict").textContent(), verdictOf(prediction));
      const bars = await page.locator("#bars li").evaluateAll(items => items.map(item => {
        const track = item.querySelector(".track"), bar = track.firstElementChild;
        return [item.children[0].textContent, item.children[1].textContent,
                bar.getBoundingClientRect().width / track.clientWidth];
      }));
      const classes = Object.entries(prediction.probabilities).sort((a, b) => b[1] - a[1]);
      assert.deepEqual(bars.map(bar => bar.slice(0, 2)),
                       classes.map(([name, share]) => [name, percent(share)]));
      bars.forEach((bar, i) => assert.ok(Math.abs(bar[2] - classes[i][1]) < 0.01, String(bar)));
      const marks = await page.locator("#marked mark").evaluateAll(
        items => items.map(item => [item.textContent, item.className]));
      const words = prediction.explanation.filter(word => word.weight !== 0);
      assert.ok(words.length >= 3);
      assert.deepEqual(marks, words.map(w => [w.word, w.weight > 0 ? "for" : "against"]));
    }
    assert.equal(await page.locator("#marked b").count(), 0, "markup in a text is text");
  }));

test("the heaviest words are listed, each once, heaviest first", () =>
  withPage({}, async page => {
    const {explanation} = await ask(page, OTHER);
    const weights = new Map(explanation.filter(w => w.weight !== 0)
      .map(w => [w.word.toLowerCase(), w.weight]));
    const expected = [...weights].sort((a, b) => Math.abs(b[1]) - Math.abs(a[1])).slice(0, 12)
      .map(([word, weight]) => [word, (weight < 0 ? "−" : "+") + Math.abs(weight).toFixed(3)]);
    assert.deepEqual(await page.locator("#words li").evaluateAll(
      items => items.map(item => [...item.children].map(child => child.textContent))), expected);
  }));

test("an emptied text takes its answer away; words that nobody knows are said to be none", () =>
  withPage({}, async page => {
    await ask(page, TEXT);
    await page.locator("#text").fill(" \n");
    await page.locator("#answer").waitFor({state: "hidden"});
    assert.equal(await page.locator("#status").textContent(), "Type or paste a text.");
    await ask(page, "qqq zzz");
    assert.match(await page.locator("#words").textContent(), /No word that the model knows/);
  }));

test("a text too long to be explained is labelled, and the page says why no word is marked", () =>
  withPage({}, async page => {
    const text = "the invoice charges tax ".repeat(500);
    const prediction = await predict(text, {});
    await page.locator("#text").fill(text);
    await page.getByText("this one has 12,000").waitFor();
    assert.equal(await page.locator("#verdict").textContent(), verdictOf(prediction));
    assert.ok(await page.locator("#explained").isHidden());
  }));

test("of answers that overtake each other the last text's counts", () =>
  withPage({}, async page => {
    let release;
    const held = new Promise(resolve => { release = resolve; });
    await page.route("**/predict", async route => {
      if (route.request().postData().includes("slow")) await held;
      await route.continue().catch(() => {}); // the page may have given it up
    });
    const slow = page.waitForRequest(request => (request.postData() || "").includes("slow"));
    await page.locator("#text").fill("slow " + TEXT);
    await slow;
    const prediction = await ask(page, OTHER);
    release();
    await page.locator("#text").fill(OTHER + " ");
    await page.waitForFunction(
      expected => document.getElementById("marked").textContent === expected, OTHER + " ");
    assert.equal(await page.locator("#verdict").textContent(), verdictOf(prediction));
    await page.unrouteAll({behavior: "wait"});
  }));

test("many classes: the first ten, and the rest behind a button", () =>
  withPage({}, async page => {
    const probabilities = Object.fromEntries(
      [...Array(30).keys()].map(i => ["class " + i, (30 - i) / 465]));
    await page.route("**/predict", route => route.fulfill({json: {predictions: [
      {label: "class 0", probability: 30 / 465, probabilities, explanation: []}]}}));
    await page.locator("#text").fill("a");
    const more = page.getByRole("button", {name: "Show all 30 classes"});
    await more.waitFor();
    assert.equal(await page.locator("#bars li").count(), 10);
    await more.focus();
    await page.keyboard.press("Enter");
    assert.equal(await page.locator("#bars li").count(), 30);
    await page.getByRole("button", {name: "Show the first 10", expanded: true}).press("Space");
    assert.equal(await page.locator("#bars li").count(), 10);
  }));

// What has the focus, and whether one sees it.
const focused = page => page.evaluate(() => {
  const element = document.activeElement, {outlineStyle, outlineWidth} = getComputedStyle(element);
  return [element.id || element.parentElement.id,
          outlineStyle !== "none" && parseFloat(outlineWidth) >= 2];
});

test("the keyboard is enough", () =>
  withPage({}, async page => {
    assert.deepEqual(await focused(page), ["text", true], "the page begins where one types");
    await page.keyboard.type(TEXT);
    await page.locator("#verdict").getByText("delivery").waitFor();
    await page.waitForFunction(
      expected => document.getElementById("marked").textContent === expected, TEXT);
    const places = [];
    for (const id of ["marked", "quality", "confusion", "topics"]) {
      await page.keyboard.press("Tab");
      places.push(await focused(page));
      assert.deepEqual(places.at(-1), [id, true]);
    }
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    await page.locator("#confusion table").waitFor();
    const model = await (await fetch(address + "model")).json();
    const cells = await page.locator("#confusion tbody tr").evaluateAll(
      rows => rows.map(row => [...row.children].map(cell => cell.textContent)));
    assert.deepEqual(cells, model.metrics.test.confusion_matrix.map(
      (row, i) => [model.classes[i], ...row.map(String)]));
    await page.keyboard.press("Tab");
    assert.deepEqual(await focused(page), ["confusion", true], "a wide table can be scrolled");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await page.locator("#topics li").first().waitFor();
    assert.equal(await page.locator("#topics li").count(), model.topics.length);
  }));

test("names and roles for those who listen to the page", () =>
  withPage({}, async page => {
    await ask(page, TEXT);
    await page.getByRole("textbox", {name: "Text to label"}).waitFor();
    await page.getByRole("list", {name: "Probability of each class"}).waitFor();
    await page.getByRole("list", {name: "The heaviest words"}).waitFor();
    await page.getByRole("region", {name: "The model"}).waitFor();
    assert.equal(await page.locator("#status").getAttribute("aria-live"), "polite");
    assert.equal(await page.locator("#verdict").getAttribute("aria-live"), "polite");
    assert.equal(await page.title(), "quoth: tickets");
  }));

test("a phone: nothing to scroll sideways, and letters large enough", () =>
  withPage(PHONE, async page => {
    const check = async () => assert.deepEqual(await page.evaluate(() => {
      const width = document.documentElement.clientWidth;
      const isInside = element => element.closest(".scroll") !== null;
      return [...document.querySelectorAll("body *")]
        .filter(element => !isInside(element) && element.getBoundingClientRect().right > width + 1)
        .map(element => element.outerHTML.slice(0, 80))
        .concat(document.documentElement.scrollWidth > width ? ["the page"] : []);
    }), []);
    await check();
    await ask(page, TEXT + " " + "x".repeat(400));
    await check();
    for (const details of await page.locator("summary").all()) await details.click();
    await page.locator("#topics li").first().waitFor();
    await check();
    await page.setViewportSize({width: 320, height: 568});
    await check();
    assert.ok(await page.locator("#text").evaluate(
      text => parseFloat(getComputedStyle(text).fontSize)) >= 16, "or phones zoom in");
  }));

// Contrast as WCAG 2.2 defines it, of each element that has text of its own.
function contrasts() {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
  const read = () => [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  const paint = color => { canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); };
  const luminance = rgb => rgb.map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ancestors = element => element ? [...ancestors(element.parentElement), element] : [];
  const isShown = element => element.checkVisibility() &&
    [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
  return [...document.querySelectorAll("body *")].filter(isShown).map(element => {
    paint("white");
    ancestors(element).forEach(one => paint(getComputedStyle(one).backgroundColor));
    const ground = luminance(read());
    paint(getComputedStyle(element).color);
    const ink = luminance(read());
    const ratio = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
    return {ratio, ground, what: element.outerHTML.slice(0, 100)};
  });
}

for (const colorScheme of ["light", "dark"])
  test(`${colorScheme}: every text stands out from what is behind it`, () =>
    withPage({colorScheme}, async page => {
      await ask(page, OTHER);
      for (const details of await page.locator("summary").all()) await details.click();
      await page.locator("#topics li").first().waitFor();
      await page.evaluate(() => tell("A message of a fault.", true));
      const found = await page.evaluate(contrasts);
      assert.ok(found.length > 60, "texts were found");
      assert.deepEqual(found.filter(({ratio}) => ratio < 4.5), []);
      assert.ok(colorScheme === "dark" ? found[0].ground < 0.05 : found[0].ground > 0.8);
    }));

test("the policy is in force: what does not belong to the page is not loaded", () =>
  withPage({}, async (page, expect, faults) => {
    expect(/Content Security Policy|TrustedHTML/);
    await page.evaluate(() => {
      const image = document.createElement("img"), style = document.createElement("style");
      image.src = "/healthz";
      style.textContent = "body { display: none }";
      document.body.append(image, style);
    });
    await assert.rejects(page.evaluate(() => { document.body.innerHTML = "<p>no</p>"; }));
    const expected = ["img-src", "require-trusted-types-for", "style-src-elem"];
    await page.waitForFunction(n => window.nViolations === n, expected.length);
    assert.deepEqual(faults.splice(0).sort(), expected.map(name => "violates " + name));
    assert.ok(await page.locator("#text").isVisible());
  }));

test("pictures for the documents", async () => {
  const folder = process.env.QUOTH_SCREENSHOTS;
  if (!folder) return "QUOTH_SCREENSHOTS is not set";
  const picture = (name, options, more) => withPage(options, async page => {
    await ask(page, TEXT);
    await page.locator("#confusion summary").click();
    await page.locator("#confusion table").waitFor();
    await page.locator("#text").focus();
    await page.screenshot({path: path.join(folder, name), ...more});
  });
  await picture("page.png", {viewport: {width: 960, height: 900}}, {fullPage: true});
  await picture("page-phone.png", {...PHONE, colorScheme: "dark"}, {scale: "css"});
});

test("an error says that the server cannot be reached, and the page stays", () =>
  withPage({}, async (page, expect) => {
    expect(/ERR_CONNECTION_REFUSED|status of 503/);
    await page.route("**/predict", route => route.fulfill({status: 503, json: {detail: "No. Later"}}));
    await page.locator("#text").fill("a");
    await page.getByText("The server says: No. Later.").waitFor();
    await page.unrouteAll({behavior: "wait"});
    await ask(page, TEXT);
    assert.equal(await page.locator("#status").textContent(), "", "the error has gone");
    process.kill(Number(pid), "SIGTERM");
    while (await fetch(address + "healthz").then(() => true, () => false));
    await page.locator("#text").fill(TEXT + " Twice");
    await page.locator("#status.error").getByText("cannot be reached").waitFor();
    assert.equal(await page.locator("#text").inputValue(), TEXT + " Twice");
  }));

/* ---- Running them ---- */

async function main() {
  browser = await playwright.chromium.launch({executablePath: chromium,
    args: process.getuid() === 0 ? ["--no-sandbox"] : []});
  console.log(`1..${tests.length}`);
  let nFailed = 0;
  for (const [i, {name, run}] of tests.entries()) {
    try {
      const why = await run();
      console.log(`ok ${i + 1} - ${name}${why ? " # SKIP " + why : ""}`);
    } catch (error) {
      nFailed++;
      console.log(`not ok ${i + 1} - ${name}\n# ${(error.stack || String(error)).replace(/\n/g, "\n# ")}`);
    }
  }
  await browser.close();
  process.exitCode = nFailed ? 1 : 0;
}

main();
