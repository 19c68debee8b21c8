/** Milliseconds as seconds with one decimal. */
export const inSeconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

export const inMegabytes = (bytes: number) => `${Math.round(bytes / 1024 ** 2)} MB`

export const withCommas = (count: number) => count.toLocaleString('en-US')
