// Which browser, on which system, a session is of: as people call them, by what the browser says of itself. Pure.

/** The first that fits: most name those they descend from, too. */
const browsers: [RegExp, string][] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS|HeadlessChrome)\//, 'Chrome'],
  [/\bVersion\/.*Safari\//, 'Safari'],
  [/^curl\//, 'curl'],
]
const systems: [RegExp, string][] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

export interface ClientName {
  browser: string | null
  system: string | null
}

export function readClient(userAgent: string): ClientName {
  const find = (known: [RegExp, string][]) =>
    known.find(([form]) => form.test(userAgent))?.[1] ?? null
  return { browser: find(browsers), system: find(systems) }
}
