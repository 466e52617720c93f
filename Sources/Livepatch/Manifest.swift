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
    /// Lines that modules print besides, in full: `module: text`.
    public var outputLines: Set<String>

    /// Puts a `Manifest` together from its parts.
    public init(
        livepatches: [LivepatchDescription] = [], modules: [ModuleDescription] = [], debugLines: Bool? = nil,
        callbackLines: [CallbackKind: [String]] = [:], outputLines: Set<String> = []
    ) {
        self.livepatches = Dictionary(livepatches.map { ($0.name, $0) }) { _, last in last }
        self.modules = modules
        self.debugLines = debugLines
        self.callbackLines = callbackLines
        self.outputLines = outputLines
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
    /// klp_patch.replace_set: which others it replaces (replace-set-2026); nil if it says nothing of sets.
    public var replaceSet: UInt?
    /// The states it modifies, in the order of klp_patch.states (since 5.5); nil if not known.
    public var states: [StateDescription]?

    /// Puts a `LivepatchDescription` together from its parts.
    public init(
        name: String, objects: [ObjectDescription], replace: Replace? = nil, replaceSet: UInt? = nil,
        states: [StateDescription]? = nil
    ) {
        self.name = name
        self.objects = objects
        self.replace = replace
        self.replaceSet = replaceSet
        self.states = states
    }

    /// The object of that name.
    public func object(_ name: String) -> ObjectDescription? { objects.first { $0.name == name } }

    /// True if the object, or without one any object or state, defines a pre_patch callback.
    public func hasPrePatch(of object: String? = nil) -> Bool {
        if object == nil, states?.contains(where: { $0.callbacks.contains(.prePatch) }) == true { return true }
        return objects.contains { $0.name == object ?? $0.name && $0.callbacks.contains(.prePatch) }
    }

    /// The state of that id (klp_get_state, linux-5.5).
    public func state(_ id: UInt) -> StateDescription? { states?.first { $0.id == id } }
}

/// One klp_object: what is patched and which callbacks it defines and prints.
public struct ObjectDescription: Hashable, Sendable {
    /// `vmlinux` or a module's name.
    public var name: String
    /// The callbacks that are defined and print a line.
    public var callbacks: Set<CallbackKind>
    /// What pre_patch returns unless a step says otherwise: 0, or a negative errno.
    public var prePatchReturn: Int
    /// The functions that are patched (klp_func.old_name), in the order of klp_object.funcs.
    public var functions: [String]
    /// Those of them that the kernel or the module does not have: klp_find_object_symbol fails.
    public var missing: Set<String>
    /// The ids of the types of shadow variables that the object's functions use, in the order of klp_object.shadow_types
    /// (shadow-types-2022).
    public var shadowTypes: [UInt64]

    /// Puts a `ObjectDescription` together from its parts.
    public init(
        name: String, callbacks: Set<CallbackKind> = [], prePatchReturn: Int = 0, functions: [String] = [],
        missing: Set<String> = [], shadowTypes: [UInt64] = []
    ) {
        self.name = name
        self.callbacks = callbacks
        self.prePatchReturn = prePatchReturn
        self.functions = functions
        self.missing = missing
        self.shadowTypes = shadowTypes
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

extension ModuleDescription {
    /// The event of its init function's line; nil if it prints none.
    public var initEvent: Event? { initLine.map { event(.moduleInit, $0, suffix: "_init") } }
    /// The event of its exit function's line; nil if it prints none.
    public var exitEvent: Event? { exitLine.map { event(.moduleExit, $0, suffix: "_exit") } }

    /// The whole line of one of these events.
    func line(_ event: Event) -> String { "\(name): \(event.text ?? "")" }

    /// `something_init` is recognised by its form; other words are kept as text.
    private func event(_ message: MessageID, _ line: String, suffix: String) -> Event {
        guard line.hasSuffix(suffix), line.utf8.count > suffix.utf8.count, !line.contains(" ") else {
            return Event(message, object: name, text: line)
        }
        return Event(message, object: name, name: String(line.dropLast(suffix.count)))
    }
}
