/**
 * The part of zod that the schemas of the contracts use, for browsers, where zod itself is a quarter of a page's scripts. It reads
 * what JSON can hold: `light-zod.test.ts` compares it with zod for every schema.
 */

/** In place of a value that a schema does not accept. */
class Refusal {
  readonly reason: string
  readonly path: string

  constructor(reason: string, path = '') {
    this.reason = reason
    this.path = path
  }

  at(key: string | number): Refusal {
    return new Refusal(this.reason, `.${key}${this.path}`)
  }
}

/** Returns the value as the schema's output has it, or a `Refusal`. */
type Read = (value: unknown) => unknown
type Shape = Readonly<Record<string, Schema>>
type Result = { success: true; data: unknown } | { success: false; error: Error; data?: undefined }

class Schema {
  readonly read: Read
  /** An object without it has the key neither in the output. */
  readonly isOptional: boolean = false
  readonly shape: Shape = {}
  readonly options: readonly string[] = []
  readonly element: Schema | undefined

  constructor(read: Read, more: Partial<Pick<Schema, 'isOptional' | 'shape' | 'options' | 'element'>> = {}) {
    this.read = read
    Object.assign(this, more)
  }

  safeParse(value: unknown): Result {
    const data = this.read(value)
    if (!(data instanceof Refusal)) return { success: true, data }
    return { success: false, error: new Error(`${data.reason} at ${data.path || 'the value itself'}`) }
  }

  parse(value: unknown): unknown {
    const result = this.safeParse(value)
    if (result.success) return result.data
    throw result.error
  }

  nullable(): Schema {
    return new Schema((value) => (value === null ? null : this.read(value)))
  }

  optional(): Schema {
    return new Schema((value) => (value === undefined ? undefined : this.read(value)), { isOptional: true })
  }

  default(inPlace: unknown): Schema {
    return new Schema((value) => (value === undefined ? inPlace : this.read(value)))
  }

  transform(change: (value: never) => unknown): Schema {
    return new Schema((value) => {
      const read = this.read(value)
      return read instanceof Refusal ? read : change(read as never)
    })
  }

  min(least: number): Schema {
    return this.#checked((value) => sizeOf(value) >= least, 'too small')
  }

  max(most: number): Schema {
    return this.#checked((value) => sizeOf(value) <= most, 'too large')
  }

  multipleOf(step: number): Schema {
    return this.#checked((value) => Number(value) % step === 0, `no multiple of ${step}`)
  }

  regex(pattern: RegExp): Schema {
    return this.#checked((value) => pattern.test(String(value)), `not like ${pattern}`)
  }

  pick(names: object): Schema {
    return object(Object.fromEntries(Object.entries(this.shape).filter(([name]) => name in names)))
  }

  omit(names: object): Schema {
    return object(Object.fromEntries(Object.entries(this.shape).filter(([name]) => !(name in names))))
  }

  extend(shape: Shape): Schema {
    return object({ ...this.shape, ...shape })
  }

  exclude(values: readonly string[]): Schema {
    return oneOf(this.options.filter((option) => !values.includes(option)))
  }

  describe(): this {
    return this
  }

  meta(): this {
    return this
  }

  #checked(accepts: Read, reason: string): Schema {
    const { isOptional, shape, options, element } = this
    const read: Read = (value) => {
      const read = this.read(value)
      return read instanceof Refusal || accepts(read) ? read : new Refusal(reason)
    }
    return new Schema(read, { isOptional, shape, options, element })
  }
}

function sizeOf(value: unknown): number {
  return typeof value === 'number' ? value : (value as string | readonly unknown[]).length
}

function typed(accepts: (value: unknown) => boolean, reason: string): Schema {
  return new Schema((value) => (accepts(value) ? value : new Refusal(reason)))
}

const string = () => typed((value) => typeof value === 'string', 'no text')

function literal(...values: readonly unknown[]): Schema {
  return typed((value) => values.includes(value), `not ${values.join(' or ')}`)
}

function oneOf(options: readonly string[]): Schema {
  return new Schema(literal(...options).read, { options })
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function object(shape: Shape, isStrict = false): Schema {
  const fields = Object.entries(shape)
  const read: Read = (value) => {
    if (!isObject(value)) return new Refusal('no object')
    const result: Record<string, unknown> = {}
    for (const [name, schema] of fields) {
      if (schema.isOptional && !(name in value)) continue
      const read = schema.read(value[name])
      if (read instanceof Refusal) return read.at(name)
      result[name] = read
    }
    const unknown = isStrict ? Object.keys(value).find((name) => !Object.hasOwn(shape, name)) : undefined
    return unknown === undefined ? result : new Refusal('unknown').at(unknown)
  }
  return new Schema(read, { shape })
}

function array(element: Schema): Schema {
  const read: Read = (value) => {
    if (!Array.isArray(value)) return new Refusal('no list')
    const result: unknown[] = []
    for (const [index, entry] of value.entries()) {
      const read = element.read(entry)
      if (read instanceof Refusal) return read.at(index)
      result.push(read)
    }
    return result
  }
  return new Schema(read, { element })
}

function tuple(elements: readonly Schema[]): Schema {
  return new Schema((value) => {
    if (!Array.isArray(value) || value.length !== elements.length)
      return new Refusal(`not ${elements.length} entries`)
    const result: unknown[] = []
    for (const [index, element] of elements.entries()) {
      const read = element.read(value[index])
      if (read instanceof Refusal) return read.at(index)
      result.push(read)
    }
    return result
  })
}

function record(key: Schema, entry: Schema): Schema {
  return new Schema((value) => {
    if (!isObject(value)) return new Refusal('no object')
    const result: Record<string, unknown> = {}
    for (const [name, given] of Object.entries(value)) {
      // As zod does: it would set the prototype.
      if (name === '__proto__') continue
      const read = key.read(name) instanceof Refusal ? new Refusal('unknown') : entry.read(given)
      if (read instanceof Refusal) return read.at(name)
      result[name] = read
    }
    return result
  })
}

function union(schemas: readonly Schema[]): Schema {
  return new Schema((value) => {
    for (const schema of schemas) {
      const read = schema.read(value)
      if (!(read instanceof Refusal)) return read
    }
    return new Refusal('no alternative')
  })
}

/** The alternative is the one whose `name` accepts that of the value. */
function discriminatedUnion(name: string, schemas: readonly Schema[]): Schema {
  return new Schema((value) => {
    if (!isObject(value)) return new Refusal('no object')
    const found = schemas.find(({ shape }) => !(shape[name]?.read(value[name]) instanceof Refusal))
    return found?.read(value) ?? new Refusal('no alternative').at(name)
  })
}

export const z = {
  string,
  base64: () => string().regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/),
  number: () => typed(Number.isFinite, 'no number'),
  int: () => typed(Number.isSafeInteger, 'no whole number'),
  boolean: () => typed((value) => typeof value === 'boolean', 'neither true nor false'),
  null: () => literal(null),
  unknown: () => typed(() => true, ''),
  literal,
  enum: oneOf,
  object,
  strictObject: (shape: Shape) => object(shape, true),
  array,
  tuple,
  record,
  partialRecord: record,
  union,
  discriminatedUnion,
}
