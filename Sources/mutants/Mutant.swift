import Livepatch

/// What was done to a log.
enum EditKind: String, CaseIterable, Sendable {
    case drop, duplicate
    case swap = "swap with next"
    case renamePatch = "rename patch"
    case renameObject = "rename object"
    case renameCallback = "rename callback"
    case renameDirection = "rename direction"
    case renameState = "rename module state"
    case renamePointer = "rename pointer"
    case renameID = "rename id"
    case moveToPrevious = "move to previous section"
    case moveToNext = "move to next section"
    case insertCallback = "insert callback"
    case insertTransition = "insert transition line"
    case insertDialect = "insert other dialect"
    case insertWarning = "insert kernel warning"

    /// True for edits that prove no fault of livepatch by themselves: to be told of them is enough.
    var asksForWarningOnly: Bool { self == .renameState || self == .insertDialect || self == .insertWarning }

    /// True if the mutant has one line more than the original.
    var isInsertion: Bool { [.insertCallback, .insertTransition, .insertDialect, .insertWarning].contains(self) }
}

/// A log with one edit.
struct Mutant: Sendable {
    let kind: EditKind
    /// The edited line in the original, counted from 0. Insertion: the line behind which the new one stands.
    let line: Int
    /// Swap: the other line. Move: the line of the original behind which the edited one stands now; -1 is the beginning.
    var other: Int?
    /// Rename: what the line says now. Insertion: what the new line says.
    var newEvent: Event?
    /// What was done, in words.
    let words: String
    var lines: [Line]

    var text: String { lines.lazy.map(\.text).joined(separator: "\n") }
}

/// A small generator with a seed (SplitMix64): the same seed gives the same mutants on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
