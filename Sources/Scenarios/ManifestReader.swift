import Livepatch

/// Turns the values of a YAML document into a manifest.
enum ManifestReader {
    /// struct klp_state.version is an unsigned int; id 0 ends the kernel's array of states.
    private static let versions: ClosedRange<UInt> = 0...UInt(UInt32.max)
    private static let ids: ClosedRange<UInt> = 1...UInt.max

    /// A manifest, or that part of a scenario that is one.
    static func manifest(_ value: YAMLValue) throws(Misreading) -> Manifest {
        let isScenario = value.has(.steps)
        return try manifest(of: value.fields(isScenario ? .scenario : .manifest), isScenario: isScenario)
    }

    static func manifest(of fields: [Key: YAMLValue], isScenario: Bool) throws(Misreading) -> Manifest {
        var livepatches = try named(fields[.livepatches], "a livepatch", livepatch) { $0.name }
        if isScenario { livepatches = livepatches.map(whole) }
        return Manifest(
            livepatches: livepatches,
            modules: try named(fields[.modules], "a module", module) { $0.name },
            debugLines: isScenario ? nil : try fields[.debugLines]?.bool(),
            callbackLines: try CallbackLineReader.callbackLines(fields[.callbackLines]))
    }

    private static func livepatch(_ value: YAMLValue) throws(Misreading) -> LivepatchDescription {
        let fields = try value.fields(.livepatch)
        return LivepatchDescription(
            name: try ModuleName.read(fields[.name], of: value),
            objects: try named(fields[.objects], "an object", object) { $0.name },
            replace: try replace(fields[.replace]), replaceSet: try fields[.replaceSet]?.number(versions),
            states: try states(fields[.states]))
    }

    /// A scenario describes its livepatches to the end: one that says nothing of `replace` does not replace, and one that says
    /// nothing of states has none.
    private static func whole(_ livepatch: LivepatchDescription) -> LivepatchDescription {
        var livepatch = livepatch
        livepatch.replace = livepatch.replace ?? .fixed(false)
        livepatch.states = livepatch.states ?? []
        return livepatch
    }

    private static func object(_ value: YAMLValue) throws(Misreading) -> ObjectDescription {
        let fields = try value.fields(.object)
        let functions = try self.functions(fields[.functions], "a function")
        let missing = try self.functions(fields[.missing], "a missing function")
        if let stranger = missing.first(where: { !functions.contains($0) }), let list = fields[.missing] {
            throw list.error("'\(stranger)' is none of the object's functions")
        }
        let callbacks = try callbacks(fields[.callbacks])
        if let given = fields[.prePatchReturn], !callbacks.contains(.prePatch) {
            throw given.error("the object defines no pre_patch callback that could return it")
        }
        return ObjectDescription(
            name: try ModuleName.read(fields[.name], of: value, isObject: true), callbacks: callbacks,
            prePatchReturn: try fields[.prePatchReturn]?.callbackReturn() ?? 0, functions: functions,
            missing: Set(missing), shadowTypes: try shadowTypes(fields[.shadowTypes]))
    }

    private static func callbacks(_ value: YAMLValue?) throws(Misreading) -> Set<CallbackKind> {
        var callbacks: Set<CallbackKind> = []
        for item in try value?.items("a callback") ?? [] {
            guard let kind = CallbackKind(rawValue: try item.word()) else {
                throw item.error("unknown callback; known are \(Key.all(in: .callbackLines))")
            }
            guard callbacks.insert(kind).inserted else { throw item.error("callback \(kind.rawValue) given twice") }
        }
        return callbacks
    }

    /// KSYM_NAME_LEN of linux-6.1, without the NUL.
    private static let functionLengthMaximum = 511

    /// A list of different functions.
    private static func functions(_ value: YAMLValue?, _ title: String) throws(Misreading) -> [String] {
        var result: [String] = []
        for item in try value?.items(title) ?? [] {
            let text = try item.text()
            guard text.utf8.count <= functionLengthMaximum, text.utf8.allSatisfy(isOfSymbol) else {
                throw item.error("'\(text.prefix(80))' is no function: letters, digits, '_', '.' and '$'")
            }
            guard !result.contains(text) else { throw item.error("\(title) '\(text)' given twice") }
            result.append(text)
        }
        return result
    }

    private static func isOfSymbol(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "$"):
            true
        default: false
        }
    }

    private static func module(_ value: YAMLValue) throws(Misreading) -> ModuleDescription {
        let fields = try value.fields(.module)
        return ModuleDescription(
            name: try ModuleName.read(fields[.name], of: value), initLine: try fields[.initLine]?.text(),
            exitLine: try fields[.exitLine]?.text())
    }

    private static func replace(_ value: YAMLValue?) throws(Misreading) -> LivepatchDescription.Replace? {
        guard let value else { return nil }
        switch try value.word() {
        case "true": return .fixed(true)
        case "false": return .fixed(false)
        case "parameter": return .parameter(default: false)
        default: throw value.error("expected true, false or parameter for 'replace'")
        }
    }

    private static func states(_ value: YAMLValue?) throws(Misreading) -> [StateDescription]? {
        guard let value else { return nil }
        var states: [StateDescription] = []
        for item in try value.items("a state") {
            let fields = try item.fields(.state)
            guard let id = fields[.id] else { throw item.error("a state needs an id") }
            let number = try id.number(ids)
            guard !states.contains(where: { $0.id == number }) else {
                throw id.error("state \(number) described twice")
            }
            states.append(try state(number, fields))
        }
        return states
    }

    private static func state(_ id: UInt, _ fields: [Key: YAMLValue]) throws(Misreading) -> StateDescription {
        let callbacks = try callbacks(fields[.callbacks])
        // A line names the state; no log is read with one beyond that.
        if let given = fields[.id], !callbacks.isEmpty, id > UInt(Int.max) {
            throw given.error("the id of a state with callbacks is \(Int.max) at most")
        }
        if let given = fields[.prePatchReturn] ?? fields[.allocates], !callbacks.contains(.prePatch) {
            throw given.error("the state defines no pre_patch callback that could do it")
        }
        return StateDescription(
            id: id, version: try fields[.version]?.number(versions) ?? 0, prints: try outputs(fields[.prints]),
            callbacks: callbacks, prePatchReturn: try fields[.prePatchReturn]?.callbackReturn() ?? 0,
            blocksDisable: try fields[.blockDisable]?.bool() ?? false, isShadow: try fields[.isShadow]?.bool() ?? false,
            allocates: try fields[.allocates]?.text(), destructorLine: try fields[.destroys]?.text(),
            isRetired: try fields[.retires]?.bool() ?? false)
    }

    /// The ids of types of shadow variables; 0 is one like any other.
    private static func shadowTypes(_ value: YAMLValue?) throws(Misreading) -> [UInt64] {
        var result: [UInt64] = []
        for item in try value?.items("a type of shadow variables") ?? [] {
            let id = try item.identifier()
            guard id <= UInt64(Int.max) else { throw item.error("the id of a type is \(Int.max) at most") }
            guard !result.contains(id) else { throw item.error("type \(id) given twice") }
            result.append(id)
        }
        return result
    }

    /// What callbacks print of a state: a text for each kind, or two.
    private static func outputs(_ value: YAMLValue?) throws(Misreading) -> [CallbackKind: StateOutput] {
        var result: [CallbackKind: StateOutput] = [:]
        for (key, value) in try value?.fields(.stateOutputs) ?? [:] {
            guard let kind = CallbackKind(rawValue: key.rawValue) else { continue }
            guard value.isMapping else {
                result[kind] = StateOutput(try value.text())
                continue
            }
            let fields = try value.fields(.stateOutput)
            result[kind] = StateOutput(first: try fields[.first]?.text(), takenOver: try fields[.takenOver]?.text())
        }
        return result
    }

    /// A list of things of which no two may have one name.
    private static func named<Thing>(
        _ list: YAMLValue?, _ title: String, _ read: (YAMLValue) throws(Misreading) -> Thing, name: (Thing) -> String
    ) throws(Misreading) -> [Thing] {
        guard let list else { return [] }
        var result: [Thing] = []
        var names: Set<String> = []
        for item in try list.items(title) {
            let thing = try read(item)
            guard names.insert(name(thing)).inserted else {
                throw item.error("\(title) named '\(name(thing))' is described twice")
            }
            result.append(thing)
        }
        return result
    }
}

/// Names as the kernel's module loader has them.
enum ModuleName {
    /// MODULE_NAME_LEN on 64-bit kernels, without the NUL.
    private static let lengthMaximum = 55

    /// - Parameter isObject: true if `vmlinux`, which no module may be called, is a name too.
    static func read(_ value: YAMLValue?, of owner: YAMLValue, isObject: Bool = false) throws(Misreading) -> String {
        guard let value else { throw owner.error("\(owner.title) needs a name") }
        let name = try value.text()
        guard name != Event.vmlinux || isObject else { throw value.error("'vmlinux' is no module") }
        let isWord = name.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
        guard isWord, name.utf8.count <= lengthMaximum else {
            throw value.error(
                "'\(name.prefix(80))' is no module name: up to \(lengthMaximum) letters, digits and underscores"
                    + (name.contains("-") ? " (the kernel turns '-' into '_')" : ""))
        }
        return name
    }
}
