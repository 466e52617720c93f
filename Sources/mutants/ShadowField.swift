import Livepatch

/// The pointers of a line about shadow variables.
enum ShadowField: String, CaseIterable {
    case object
    case data
    case content
    case constructor
    case constructorData = "constructor's data"
    case destructor

    /// Where the arguments have it.
    var path: WritableKeyPath<ShadowArguments, String?> {
        switch self {
        case .object: \.object
        case .data: \.data
        case .content: \.content
        case .constructor: \.constructor
        case .constructorData: \.constructorData
        case .destructor: \.destructor
        }
    }
}

extension MessageID {
    /// Lines of livepatch_shadow_fix1 and livepatch_shadow_fix2.
    var isOfShadowSample: Bool {
        switch self {
        case .leakSaved, .leakPrevented, .leakNotFound, .counterFound: true
        default: false
        }
    }

    /// Lines of modules that print what they do with shadow variables.
    var isAboutShadows: Bool { isShadowOutput || isOfShadowSample }
}
