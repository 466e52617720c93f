import Livepatch

/// What a log proves.
public enum Verdict: String, Hashable, Sendable, Comparable {
    /// Everything that was seen had to be as it was, and nothing is missing.
    case conforms
    /// Nothing contradicts the model, but something could not be decided, or there was nothing to verify.
    case inconclusive
    /// Something seen contradicts the model.
    case violates

    /// Better first.
    public static func < (left: Verdict, right: Verdict) -> Bool { left.rank < right.rank }
    private var rank: Int { self == .conforms ? 0 : self == .inconclusive ? 1 : 2 }
}

extension Analysis {
    /// The boot's verdict.
    public var verdict: Verdict {
        if findings.contains(where: { $0.severity == .error }) { return .violates }
        return undecided.isEmpty && hasSomethingToVerify && unmodelled.isEmpty ? .conforms : .inconclusive
    }

    /// True if at least one operation, a refusal included, or call about shadow variables was seen and could be judged.
    public var hasSomethingToVerify: Bool {
        hasOperations || !tracedRefusals.isEmpty || shadowUses.contains { $0.verified > 0 }
    }

    /// True if at least one operation was seen, a refusal included.
    public var hasOperations: Bool {
        operations.contains { $0.operation != nil && !$0.isLost }
            || observations.contains(where: \.event.message.isRefusal)
    }

    /// The messages of livepatch implementations and proposals by which no log is judged.
    public var unmodelled: Set<Livepatch.MessageID> {
        var result: Set<Livepatch.MessageID> = []
        for observation in observations {
            switch observation.event.message {
            case .kpatchCore, .kGraft: result.insert(observation.event.message)
            case let message where message.isAboutShadowTypes: result.insert(message)
            case .stateCallback, .disableBlocked:
                // Somebody says that the kernel is one whose states have no callbacks.
                if evidence.withStateCallbacks == nil { result.insert(observation.event.message) }
            default: break
            }
        }
        return result
    }

    /// True if the log holds a line of the kernel's livepatch subsystem or of a livepatch, or a trace its functions.
    public var hasLivepatchLines: Bool {
        observations.contains { !$0.event.message.isAboutOthers } || !tracedRefusals.isEmpty
            || traces.contains { !$0.nameless.isEmpty }
    }

    /// True if nothing but traces tells of the boot.
    public var isTraceAlone: Bool { traces.contains { $0.alignment == nil } }
}

extension Livepatch.MessageID {
    /// Lines by which the kernel refuses a livepatch or a module before an operation begins.
    public var isRefusal: Bool {
        switch self {
        case .notMarked, .noReliableStacks, .symbolNotFound, .symbolAmbiguous, .symbolPositionNotFound,
            .symbolAddressMismatch, .relocationFailed, .externalSymbolPosition, .symbolNotMarked, .symbolMalformed,
            .sectionMalformed, .vmlinuxSymbolInModule, .invalidModuleName, .livepatchUnsupported, .nothingToPatch:
            true
        default: false
        }
    }

    /// Lines that end an operation which the kernel gave up, or say why.
    public var endsRefusal: Bool {
        switch self {
        case .enableFailed, .refusing, .incompatible, .initializeFailed, .applyFailed, .prePatchFailed,
            .locationNotFound,
            .filterFailed, .handlerFailed, .disableBlocked:
            true
        default: false
        }
    }

    /// Lines that are not about livepatch at all, or are somebody's commentary.
    var isAboutOthers: Bool {
        switch self {
        case .moduleTaint, .moduleRejected, .moduleInit, .moduleExit, .moduleOutput, .moduleLoaded, .moduleFreed,
            .tracedCall, .testHeader, .command, .loadError,
            .unloadError, .harnessNote, .dummyAllocated, .dummyFreed, .dummiesChecked, .kernelWarning, .oops, .panic,
            .lockup, .stall:
            true
        default: false
        }
    }
}
