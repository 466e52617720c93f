import Livepatch

extension Livepatch.MessageID {
    /// The function of the API whose call the line tells of.
    var shadowFunction: ShadowCall.Function? {
        switch self {
        case .shadowGet: .get
        case .shadowAlloc: .alloc
        case .shadowGetOrAlloc: .getOrAlloc
        case .shadowFree: .free
        case .shadowFreeAll: .freeAll
        default: nil
        }
    }

    /// Lines of livepatch_shadow_fix1 and livepatch_shadow_fix2 that tell of a shadow variable.
    var isOfSample: Bool {
        switch self {
        case .leakSaved, .leakNotSaved, .leakPrevented, .leakNotFound, .counterFound: true
        default: false
        }
    }
}

extension Event {
    /// True for lines of modules that print what they do with shadow variables, in a way that is understood.
    var isOfShadowCaller: Bool {
        message.isShadowOutput || (message.isOfSample && ShadowSample.modules.contains(object ?? ""))
    }
}
