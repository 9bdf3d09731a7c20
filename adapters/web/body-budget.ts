/** Memory for large bodies, shared by all requests. Who gets none waits with reading, in the order of arrival, so that the client waits, too. */
export interface BodyBudget {
  /** Resolves when the memory is free. More than there is at all counts as all. */
  readonly take: (bytes: number) => Promise<BodyShare>
}

export interface BodyShare {
  /** Gives back what is over once the size is known; a larger size changes nothing. */
  readonly shrinkTo: (bytes: number) => void
  readonly giveBack: () => void
}

export const makeBodyBudget = (bytesMax: number): BodyBudget => {
  const waiting: Array<{ readonly bytes: number; readonly grant: () => void }> = []
  let free = bytesMax
  const grantNext = (): void => {
    for (let next = waiting[0]; next !== undefined && next.bytes <= free; next = waiting[0]) {
      waiting.shift()
      free -= next.bytes
      next.grant()
    }
  }
  const makeShare = (bytes: number): BodyShare => {
    let held = bytes
    const shrinkTo = (needed: number): void => {
      if (needed >= held) return
      free += held - needed
      held = needed
      grantNext()
    }
    return { shrinkTo, giveBack: () => shrinkTo(0) }
  }
  return {
    take: (wanted) =>
      new Promise((resolve) => {
        const bytes = Math.min(wanted, bytesMax)
        waiting.push({ bytes, grant: () => resolve(makeShare(bytes)) })
        grantNext()
      }),
  }
}
