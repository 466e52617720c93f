/// The words that a manifest or a scenario may use as keys.
enum Key: String {
    // A scenario, and a manifest within it.
    case summary, test, generations, steps
    case debugLines = "debug_lines"
    case livepatches, modules
    case callbackLines = "callback_lines"
    // A livepatch, its objects and states.
    case name, replace, objects, states
    case replaceSet = "replace_set"
    case callbacks, functions, missing
    case prePatchReturn = "pre_patch_ret"
    case id, version, prints
    case blockDisable = "block_disable"
    case isShadow = "is_shadow"
    case shadowTypes = "shadow_types"
    case allocates
    case destroys
    case retires
    case first
    case takenOver = "taken_over"
    // A module.
    case initLine = "init"
    case exitLine = "exit"
    // Kinds of callbacks.
    case prePatch = "pre_patch"
    case postPatch = "post_patch"
    case preUnpatch = "pre_unpatch"
    case postUnpatch = "post_unpatch"
    // What a step does.
    case load, unload, enable, disable, reverse, force, signal, block, unblock, set, complete, ftrace, occupy, vacate
    case print, shadow
    // Options of a step.
    case parameters, object, pending, fails
    case initReturn = "init_ret"
    // A call of the shadow variable API.
    case caller = "by"
    case size, variable
    case constructor = "ctor"
    case constructorData = "ctor_data"
    case constructorReturn = "ctor_ret"
    case destructor = "dtor"

    /// Which keys belong together, in the order in which they are named to the user.
    enum Schema {
        case manifest, scenario, livepatch, object, state, stateOutputs, stateOutput, module, callbackLines, step

        var keys: [Key] {
            switch self {
            case .manifest: [.debugLines, .livepatches, .modules, .callbackLines]
            case .scenario: [.summary, .test, .generations, .livepatches, .modules, .callbackLines, .steps]
            case .livepatch: [.name, .replace, .replaceSet, .objects, .states]
            case .object: [.name, .callbacks, .prePatchReturn, .functions, .missing, .shadowTypes]
            case .state:
                [
                    .id, .version, .callbacks, .prePatchReturn, .blockDisable, .isShadow, .allocates, .destroys,
                    .retires, .prints,
                ]
            case .stateOutputs, .callbackLines: [.prePatch, .postPatch, .preUnpatch, .postUnpatch]
            case .stateOutput: [.first, .takenOver]
            case .module: [.name, .initLine, .exitLine]
            case .step: Key.actions + [.pending, .prints, .fails] + Key.options
            }
        }
    }

    /// What a step may do; each step does one of these.
    static let actions: [Key] = [
        .load, .unload, .enable, .disable, .reverse, .force, .signal, .block, .unblock, .set, .complete, .ftrace,
        .occupy, .vacate, .shadow, .print,
    ]

    /// Options that only some steps have.
    static let options: [Key] = [
        .parameters, .replace, .prePatchReturn, .initReturn, .object, .caller, .id, .size, .constructor,
        .constructorData,
        .constructorReturn, .variable, .destructor,
    ]

    /// `name, callbacks`
    static func all(in schema: Schema) -> String { names(schema.keys) }

    /// `name, callbacks`
    static func names(_ keys: [Key]) -> String { keys.map(\.rawValue).joined(separator: ", ") }
}
