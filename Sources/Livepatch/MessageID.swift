/// The names of all messages. One name may have several texts: `starting` reads otherwise in 4.12 than in 4.15.
public enum MessageID: String, Hashable, Sendable, CaseIterable {
    // Life cycle: kernel/livepatch/core.c and transition.c.
    case enabling, disabling, initializing, starting, completing, complete, reversing, canceling
    case enableFailed, prePatchFailed, patchObjectFailed
    case signaling, forcing, incompatible, disableBlocked, notMarked
    case noReliableStacks, mayNeverComplete, compilerTooOld, coreTaint
    // Per-task debug lines of klp_try_switch_task.
    case taskRunning, taskUnreliableStack, taskSleeping, taskUnknownError
    // Modules that come and go.
    case applying, reverting, initializeFailed, applyFailed, revertFailed, refusing, invalidModuleName
    // Symbols and relocations.
    case symbolNotFound, symbolAmbiguous, symbolPositionNotFound, symbolAddressMismatch, relocationFailed
    case externalSymbolPosition, symbolNotMarked, symbolMalformed, sectionMalformed, vmlinuxSymbolInModule
    case sizeLookupFailed, replacementSizeLookupFailed
    // kernel/livepatch/patch.c.
    case locationNotFound, filterFailed, handlerFailed, handlerUnregisterFailed, filterClearFailed
    // kernel/livepatch/shadow.c.
    case shadowDuplicate, shadowConstructorFailed
    case shadowTypeUnknown, shadowTypeKnownAlready, shadowTypeNotKnown, shadowTypeLost
    // Modules that print what they do with shadow variables.
    case shadowGet, shadowAlloc, shadowGetOrAlloc, shadowFree, shadowFreeAll
    case shadowConstructor, shadowDestructor, shadowNotFound, shadowFound
    case dummyAllocated, dummyFreed, dummiesChecked
    case leakSaved, leakNotSaved, leakPrevented, leakNotFound, counterFound
    // The module loader.
    case moduleTaint, livepatchTaint, livepatchUnsupported, moduleRejected
    // Livepatch and target modules.
    case callback, stateCallback, stateDestructor, moduleInit, moduleExit, moduleOutput, stateOutput, shadowOutput
    case nothingToPatch
    // What only traces show: the module loader's trace events, calls of functions that print nothing.
    case moduleLoaded, moduleFreed, tracedCall
    // Tools, operators and harnesses.
    case testHeader, command, loadError, unloadError, harnessNote
    // Other livepatch implementations and vendors' own lines.
    case kpatchCore, kpatchCommand, kGraft, vendorNote
    // Signs of trouble in the kernel.
    case kernelWarning, oops, panic, lockup, stall
    // A line with the kernel's livepatch prefix that no description fits.
    case unknown
}

extension MessageID {
    /// True for the line of a callback, of an object or of a state.
    public var isCallback: Bool { self == .callback || self == .stateCallback }

    /// True for complaints about types of shadow variables, which only shadow-types-2022 has.
    public var isAboutShadowTypes: Bool {
        switch self {
        case .shadowTypeUnknown, .shadowTypeKnownAlready, .shadowTypeNotKnown, .shadowTypeLost: true
        default: false
        }
    }

    /// True for lines that callers of the shadow variable API print of their calls.
    public var isShadowOutput: Bool {
        switch self {
        case .shadowGet, .shadowAlloc, .shadowGetOrAlloc, .shadowFree, .shadowFreeAll, .shadowConstructor,
            .shadowDestructor, .shadowNotFound, .shadowFound:
            true
        default: false
        }
    }
}
