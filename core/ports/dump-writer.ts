import { Context, Data, Effect, type Scope } from "effect"

/** The archive could not be written: no room, no right, no folder. */
export class DumpNotWritten extends Data.TaggedError("DumpNotWritten")<{ readonly reason: string }> {}

/** A dump that is being written. What is not finished when its scope closes leaves nothing behind. */
export interface DumpArchive {
  /** Appends text to the entry of that path; an entry begins with its first text, which may be empty; a path that ends with a slash is a folder, of which only the name counts. Texts of several entries may alternate. */
  readonly append: (path: string, text: string) => Effect.Effect<void, DumpNotWritten>
  /** Makes `<dumpUid>.dump`, complete, durable and under its final name at once. */
  readonly finish: Effect.Effect<void, DumpNotWritten>
}

interface DumpWriterShape {
  readonly open: (dumpUid: string) => Effect.Effect<DumpArchive, DumpNotWritten, Scope.Scope>
}

/** Where dumps are written. Memory is bounded: documents go through it in pieces of a few MB. */
export const DumpWriter = Context.Reference<DumpWriterShape>("miroir/DumpWriter", {
  defaultValue: () => ({
    open: () => Effect.fail(new DumpNotWritten({ reason: "this proxy has no place for dumps" })),
  }),
})
