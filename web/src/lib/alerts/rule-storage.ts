/** Where a browser keeps the visitor's rules. */
export const rulesKey = 'cb_rules'
/** Where it keeps when they reported last. */
export const reportsKey = 'cb_reports'

/** Whether an earlier visit has left rules: what reads and watches them is loaded only then. */
export function hasStoredRules(storage: () => Pick<Storage, 'getItem'>): boolean {
  try {
    return (storage().getItem(rulesKey) ?? '[]') !== '[]'
  } catch {
    // A browser that stores nothing.
    return false
  }
}
