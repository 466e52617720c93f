import KernelLog
import Livepatch
import Timeline

/// # Reconstruction
///
/// A boot's records become observations (records with a meaning), and observations become critical sections: the runs of
/// lines that the kernel prints while it holds klp_mutex. Each section names every operation that could have printed it.
/// Which of them did, only the engine can tell; this module does not know it.
///
/// One record of a boot and what it says.
public struct Observation: Hashable, Sendable {
    /// Its place among the boot's observations.
    public var index: Int
    /// What it says.
    public var event: Event
    /// The record.
    public var record: LogRecord
    /// What lies between the previous observation and this one.
    public var gap: Gap?
    /// The level of the least important record between the previous observation and this one; nil if there is none.
    public var leastImportantBetween: UInt8?
    /// The generations whose kernels print the line in these words; nil if the line is nobody's in particular.
    public var generations: GenerationSet?
    /// True if the kernel printed it; false if only a trace shows that the function ran which prints it.
    public var isPrinted = true
    /// Whether the livepatch replaces the others, if a trace of the function says it (klp_patch.replace).
    public var replaces: Bool?
    /// Other records that say the same: a trace's beside a log's.
    public var witnesses: [LogRecord] = []
    /// The steps of traces that show it.
    public var steps: [StepReference] = []

    /// Puts an observation together from its parts.
    public init(
        index: Int, event: Event, record: LogRecord, gap: Gap? = nil, leastImportantBetween: UInt8? = nil,
        generations: GenerationSet? = nil, isPrinted: Bool = true, replaces: Bool? = nil, witnesses: [LogRecord] = [],
        steps: [StepReference] = []
    ) {
        self.index = index
        self.event = event
        self.record = record
        self.gap = gap
        self.leastImportantBetween = leastImportantBetween
        self.generations = generations
        self.isPrinted = isPrinted
        self.replaces = replaces
        self.witnesses = witnesses
        self.steps = steps
    }

    /// True if a trace shows that the two were done in different calls of functions that take klp_mutex.
    func isOfAnotherCall(than other: Observation) -> Bool {
        steps.contains { step in
            guard let call = step.call else { return false }
            return other.steps.contains { $0.source == step.source && $0.call ?? call != call }
        }
    }

    /// The observations of a boot. Records that say nothing of livepatch are passed over; what lies before them is kept.
    public static func all(of boot: Boot, by recogniser: Recogniser) -> [Observation] {
        var result: [Observation] = []
        var gap: Gap?
        var between: UInt8?
        for entry in boot.entries {
            gap = gap ?? entry.gap
            between = [between, entry.leastImportantBetween].compactMap { $0 }.max()
            let fromUser = (entry.record.facility ?? 0) != 0
            guard let found = recogniser.identify(entry.record.message, isFromUserSpace: fromUser) else {
                between = max(between ?? 0, entry.record.level ?? 6)
                continue
            }
            result.append(
                Observation(
                    index: result.count, event: found.event, record: entry.record, gap: gap,
                    leastImportantBetween: between, generations: found.generations))
            gap = nil
            between = nil
        }
        return result
    }
}

/// A step of a trace.
public struct StepReference: Hashable, Sendable {
    /// The trace's number among the sources.
    public var source: Int
    /// The step's place in the trace.
    public var step: Int
    /// The call of a function that takes klp_mutex in which it lies, by its number in the trace; nil if the trace does not show
    /// where the call begins and ends.
    public var call: Int?

    /// Names a step.
    public init(source: Int, step: Int, call: Int? = nil) {
        self.source = source
        self.step = step
        self.call = call
    }
}

extension MessageID {
    /// True for lines that are printed under klp_mutex as part of an operation, so that they group into sections.
    public var belongsToSection: Bool {
        switch self {
        case .enabling, .disabling, .initializing, .starting, .completing, .complete, .reversing, .canceling,
            .enableFailed, .prePatchFailed, .patchObjectFailed, .signaling, .forcing, .incompatible, .applying,
            .reverting, .initializeFailed, .applyFailed, .refusing, .callback, .stateOutput,
            .stateCallback, .stateDestructor, .disableBlocked:
            true
        default: false
        }
    }

    /// True for what the callbacks of states print, and what comes of them: lines that belong to one patch each, but may stand in a
    /// section of another.
    public var isOfStates: Bool { self == .stateCallback || self == .stateDestructor }

    /// True for lines that a callback prints after its own.
    var followsCallback: Bool { self == .stateOutput || self == .stateDestructor }
}
