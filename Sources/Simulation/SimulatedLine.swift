import Livepatch
import ReferenceEngine

/// One line of a simulated log.
public struct SimulatedLine: Hashable, Sendable {
    /// Who prints it.
    public enum Origin: Hashable, Sendable {
        /// The person or script that performs the steps; nobody's kernel prints it.
        case marker
        /// The kernel, under klp_mutex or before it; the rule says why.
        case kernel(RuleID)
        /// A module that calls the shadow variable API, of its call; in any order with such neighbours if the kernel leaves that
        /// open.
        case caller(RuleID, isInAnyOrder: Bool)
        /// A module's init or exit function.
        case module
        /// A module that works, or the operator who copies what it shows: at once if prompt, otherwise whenever the module comes
        /// to it.
        case output(isPrompt: Bool)
    }

    /// The line without stamp and prefix.
    public var text: String
    /// What it says; nil for the operator's own words.
    public var event: Event?
    /// printk level, 0 to 7.
    public var level: UInt8
    /// Who prints it.
    public var origin: Origin
    /// The step that it belongs to, counted from 0.
    public var step: Int

    /// Puts a `SimulatedLine` together from its parts.
    public init(text: String, event: Event?, level: UInt8, origin: Origin, step: Int) {
        self.text = text
        self.event = event
        self.level = level
        self.origin = origin
        self.step = step
    }

    /// True for lines that only dynamic debug shows.
    public var isDebug: Bool { level == 7 }
    /// True for what the operator writes.
    public var isMarker: Bool { origin == .marker }
}
