import Ftrace
import Livepatch

/// An event of livepatch that a trace shows: by the line that the kernel printed, or by the functions that ran.
public struct TracedEvent: Hashable, Sendable {
    /// How the trace shows it.
    public enum Evidence: Hashable, Sendable {
        /// The kernel's own line (printk:console).
        case printed
        /// The function that prints the line was entered or left.
        case function
        /// A later function of livepatch, which needs klp_mutex, proves that the operation was over.
        case laterFunction
        /// The function was entered that prints the line if nothing is wrong: a trace that shows no more of it.
        case attempt
    }

    /// What it says. A function that was traced without arguments leaves the names out.
    public var event: Event
    /// How the trace shows it.
    public var evidence: Evidence
    /// The record.
    @Shared public var record: TraceRecord
    /// The generations whose kernels print the line in these words; nil if the line is nobody's in particular, or was not printed.
    public var generations: GenerationSet?
    /// Whether the livepatch replaces the others, if the function's arguments, or what it calls, say so.
    public var replaces: Bool?
    /// Other records of the trace that say the same.
    public var witnesses: [Shared<TraceRecord>] = []
    /// The steps that show it, as places among the trace's.
    public var steps: [Int]

    /// The event that a step of the trace shows.
    init(_ event: Event, _ evidence: Evidence, step: TracedStep, place: Int) {
        self.event = event
        self.evidence = evidence
        _record = step.$record
        steps = [place]
    }

    /// True if the trace proves it, and not only that it was tried, or over.
    var isProven: Bool { evidence == .printed || evidence == .function }

    /// True if the trace does not tell which livepatch or klp_object, or which shadow variable of whom, the event is about.
    public var isNameless: Bool {
        if event.patch == nil && event.message.namesLivepatch { return true }
        guard evidence != .printed else { return false }
        return event.message.isShadowOutput || isCallbackOfUnknownObject
    }

    /// True for a callback of which the trace does not tell for which klp_object it ran: the function tracers record no arguments.
    public var isCallbackOfUnknownObject: Bool {
        event.message == .callback && evidence != .printed && event.object == nil
    }
}

extension ShadowCall.Function {
    /// What a caller that prints its calls prints of it.
    var message: MessageID {
        switch self {
        case .get: .shadowGet
        case .alloc: .shadowAlloc
        case .getOrAlloc: .shadowGetOrAlloc
        case .free: .shadowFree
        case .freeAll: .shadowFreeAll
        }
    }
}

extension MessageID {
    /// True unless only traces show it.
    var isPrintedByKernel: Bool { self != .moduleLoaded && self != .moduleFreed }

    /// True for events of which the line always names the livepatch.
    var namesLivepatch: Bool {
        switch self {
        case .enabling, .initializing, .starting, .completing, .complete, .reversing, .canceling, .enableFailed,
            .applying, .reverting, .initializeFailed, .applyFailed, .refusing, .callback:
            true
        default: false
        }
    }
}
