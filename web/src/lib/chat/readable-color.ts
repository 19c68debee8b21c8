/** The least contrast of a name by WCAG 2. */
const leastContrast = 4.5
/** Of each theme the ground that leaves a name the least contrast: `--well` of tokens.css. */
export const grounds = { dark: '#20232b', light: '#edebe4' } as const
/** What Twitch gives to people who chose no colour. */
const usual = [
  '#ff0000',
  '#0000ff',
  '#008000',
  '#b22222',
  '#ff7f50',
  '#9acd32',
  '#ff4500',
  '#2e8b57',
  '#daa520',
  '#d2691e',
  '#5f9ea0',
  '#1e90ff',
  '#ff69b4',
  '#8a2be2',
  '#00ff7f',
] as const
const maxRemembered = 2000
const lightnessStep = 0.01

type Rgb = readonly [number, number, number]

export interface NameColors {
  readonly dark: string
  readonly light: string
}

const remembered = new Map<string, NameColors>()

/** A person's colour in both themes: the hue that they chose, lighter or darker where it could not be read. */
export function nameColors(color: string | null, userId: string): NameColors {
  const chosen = color ?? usual[sumOf(userId) % usual.length] ?? usual[0]
  const known = remembered.get(chosen)
  if (known !== undefined) return known
  const colors = { dark: readable(chosen, grounds.dark), light: readable(chosen, grounds.light) }
  if (remembered.size >= maxRemembered) remembered.clear()
  remembered.set(chosen, colors)
  return colors
}

/** By WCAG 2. Colours are `#rrggbb`. */
export function contrast(one: string, other: string): number {
  const [a, b] = [luminance(linearOf(one)), luminance(linearOf(other))]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

function readable(color: string, ground: string): string {
  if (contrast(color, ground) >= leastContrast) return color
  const [lightness, a, b] = oklabOf(linearOf(color))
  const step = luminance(linearOf(ground)) < 0.2 ? lightnessStep : -lightnessStep
  for (let moved = lightness + step; moved > 0 && moved < 1; moved += step) {
    const found = hexOf(fromOklab([moved, a, b]))
    if (contrast(found, ground) >= leastContrast) return found
  }
  return step > 0 ? '#ffffff' : '#000000'
}

function sumOf(text: string): number {
  let sum = 0
  for (let at = 0; at < text.length; at++) sum += text.charCodeAt(at)
  return sum
}

function linearOf(hex: string): Rgb {
  const share = (at: number) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return [share(1), share(3), share(5)]
}

function hexOf(linear: Rgb): string {
  const digits = linear.map((value) => {
    const share = value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055
    const byte = Math.round(Math.min(1, Math.max(0, share)) * 255)
    return byte.toString(16).padStart(2, '0')
  })
  return `#${digits.join('')}`
}

function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** https://bottosson.github.io/posts/oklab */
function oklabOf([red, green, blue]: Rgb): Rgb {
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

function fromOklab([lightness, a, b]: Rgb): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
}
