/** zod, and in browsers the part of it in `light-zod.ts`: `imports` of package.json decides. */
export { z } from '#zod'
