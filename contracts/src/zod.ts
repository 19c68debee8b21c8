import { z } from 'zod'

// zod 4.6.7 compiles object schemas by `new Function` (`allowsEval` in zod/v4/core/util.js), which the page's CSP forbids.
if ('document' in globalThis) z.config({ jitless: true })

export { z }
