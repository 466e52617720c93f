/// What is known of livepatches and target modules beforehand: the static part of struct klp_patch.
public struct Manifest: Hashable, Sendable {
    /// The livepatches by module name.
    public var livepatches: [String: LivepatchDescription]
    /// The target modules.
    public var modules: [ModuleDescription]
    /// True if the kernel printed livepatch's debug lines from the beginning of the log on; nil if not known.
    public var debugLines: Bool?
    /// Templates of callback lines that do not follow the kernel's examples, by kind (see `Recogniser`).
    public var callbackLines: [CallbackKind: [String]]

    /// Puts a `Manifest` together from its parts.
    public init(
        livepatches: [LivepatchDescription] = [], modules: [ModuleDescription] = [], debugLines: Bool? = nil,
        callbackLines: [CallbackKind: [String]] = [:]
    ) {
        self.livepatches = Dictionary(livepatches.map { ($0.name, $0) }) { _, last in last }
        self.modules = modules
        self.debugLines = debugLines
        self.callbackLines = callbackLines
    }
}

/// One livepatch: struct klp_patch.
public struct LivepatchDescription: Hashable, Sendable {
    /// Whether the patch replaces all others.
    public enum Replace: Hashable, Sendable {
        /// klp_patch.replace is this.
        case fixed(Bool)
        /// A module parameter decides (`replace=1`); what it is when the parameter is not given.
        case parameter(default: Bool)
    }

    /// The module's name, with underscores.
    public var name: String
    /// The objects in the order of klp_patch.objs.
    public var objects: [ObjectDescription]
    /// Whether it replaces; nil if not known.
    public var replace: Replace?
    /// The states it modifies: version by id (struct klp_state, since 5.5); nil if not known.
    public var states: [UInt: UInt]?

    /// Puts a `LivepatchDescription` together from its parts.
    public init(name: String, objects: [ObjectDescription], replace: Replace? = nil, states: [UInt: UInt]? = nil) {
        self.name = name
        self.objects = objects
        self.replace = replace
        self.states = states
    }

    /// The object of that name.
    public func object(_ name: String) -> ObjectDescription? { objects.first { $0.name == name } }
}

/// One klp_object: what is patched and which callbacks it defines and prints.
public struct ObjectDescription: Hashable, Sendable {
    /// `vmlinux` or a module's name.
    public var name: String
    /// The callbacks that are defined and print a line.
    public var callbacks: Set<CallbackKind>

    /// Puts a `ObjectDescription` together from its parts.
    public init(name: String, callbacks: Set<CallbackKind> = []) {
        self.name = name
        self.callbacks = callbacks
    }
}

/// A target module.
public struct ModuleDescription: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// What its init function prints, without the module's prefix; nil if nothing.
    public var initLine: String?
    /// What its exit function prints; nil if nothing.
    public var exitLine: String?

    /// Puts a `ModuleDescription` together from its parts.
    public init(name: String, initLine: String? = nil, exitLine: String? = nil) {
        self.name = name
        self.initLine = initLine
        self.exitLine = exitLine
    }
}
