/// The words that a manifest may use as keys.
enum Key: String {
    case debugLines = "debug_lines"
    case livepatches, modules
    case callbackLines = "callback_lines"
    case name, replace, objects, states
    case callbacks
    case id, version
    case initLine = "init"
    case exitLine = "exit"
    case prePatch = "pre_patch"
    case postPatch = "post_patch"
    case preUnpatch = "pre_unpatch"
    case postUnpatch = "post_unpatch"

    /// Which keys belong together, in the order in which they are named to the user.
    enum Schema {
        case manifest, livepatch, object, state, module, callbackLines

        var keys: [Key] {
            switch self {
            case .manifest: [.debugLines, .livepatches, .modules, .callbackLines]
            case .livepatch: [.name, .replace, .objects, .states]
            case .object: [.name, .callbacks]
            case .state: [.id, .version]
            case .module: [.name, .initLine, .exitLine]
            case .callbackLines: [.prePatch, .postPatch, .preUnpatch, .postUnpatch]
            }
        }
    }

    /// `name, callbacks`
    static func all(in schema: Schema) -> String { schema.keys.map(\.rawValue).joined(separator: ", ") }
}
