import Livepatch

extension Scenario {
    /// The scenario as `ScenarioFile.read` reads it, laid out for people.
    ///
    /// Reading it gives the same scenario apart from the places of the steps, for every scenario that a file can describe. Flags of a
    /// shadow variable's allocation, callers that print nothing, and a manifest's `debugLines` cannot be written down.
    ///
    /// - Parameter comments: lines that head the text, without `#`.
    public func yaml(comments: [String] = []) -> String {
        let heading = comments.flatMap(YAMLScalar.comment)
        return (heading + ScenarioPrinter.tree(of: self).lines).map { $0 + "\n" }.joined()
    }
}

/// Turns a scenario into a tree of what has to be written. What is left out reads as what it is.
enum ScenarioPrinter {
    /// The most columns of an object's line; longer ones are broken.
    private static let objectWidth = 100
    private static let lineWidth = 120

    static func tree(of scenario: Scenario) -> YAMLTree {
        var fields = YAMLFields()
        fields.add(.summary, .text(scenario.summary))
        fields.add(.test, scenario.test.map(YAMLTree.text))
        fields.add(.generations, .line(scenario.generations.map { .word($0.rawValue) }, within: lineWidth))
        fields.addUnlessEmpty(.modules, scenario.manifest.modules.map(module))
        fields.addUnlessEmpty(.livepatches, livepatches(of: scenario).map(livepatch))
        fields.addUnlessEmpty(.callbackLines, callbackLines(scenario.manifest))
        fields.add(.steps, .list(scenario.steps.map(StepPrinter.tree), .block))
        return .mapping(fields, .block)
    }

    /// In the order in which they are loaded, then by name; the manifest has no order.
    private static func livepatches(of scenario: Scenario) -> [LivepatchDescription] {
        var names: [String] = []
        for case .load(let module, _) in scenario.steps.map(\.action) where !names.contains(module) {
            names.append(module)
        }
        names += scenario.manifest.livepatches.keys.filter { !names.contains($0) }.sorted()
        return names.compactMap { scenario.manifest.livepatches[$0] }
    }

    private static func module(_ module: ModuleDescription) -> YAMLTree {
        var fields = YAMLFields()
        fields.add(.name, .text(module.name))
        fields.add(.initLine, module.initLine.map(YAMLTree.text))
        fields.add(.exitLine, module.exitLine.map(YAMLTree.text))
        return .mapping(fields, fields.count == 1 ? .block : .line(within: lineWidth))
    }

    private static func livepatch(_ livepatch: LivepatchDescription) -> YAMLTree {
        var fields = YAMLFields()
        fields.add(.name, .text(livepatch.name))
        switch livepatch.replace {
        case .fixed(true)?: fields.add(.replace, .word("true"))
        case .parameter?: fields.add(.replace, .word("parameter"))
        case .fixed(false)?, nil: break
        }
        fields.add(.replaceSet, livepatch.replaceSet.map { .word("\($0)") })
        fields.addUnlessEmpty(.objects, livepatch.objects.map(object))
        let states = livepatch.states ?? []
        let isLong = states.contains { !$0.prints.isEmpty || !$0.callbacks.isEmpty }
        fields.addUnlessEmpty(.states, states.map(state), isLong ? .block : .line(within: objectWidth))
        return .mapping(fields, .block)
    }

    private static func object(_ object: ObjectDescription) -> YAMLTree {
        var fields = YAMLFields()
        fields.add(.name, .text(object.name))
        fields.addUnlessEmpty(.functions, object.functions.map(YAMLTree.text), .line(within: lineWidth))
        let missing = object.functions.filter(object.missing.contains)
        fields.addUnlessEmpty(.missing, missing.map(YAMLTree.text), .line(within: lineWidth))
        if object.prePatchReturn != 0 { fields.add(.prePatchReturn, .returnValue(object.prePatchReturn)) }
        let callbacks = CallbackKind.allCases.filter(object.callbacks.contains)
        fields.addUnlessEmpty(.callbacks, callbacks.map { .word($0.rawValue) }, .line(within: lineWidth))
        fields.addUnlessEmpty(.shadowTypes, object.shadowTypes.map { .word(String($0)) }, .line(within: lineWidth))
        return .mapping(fields, fields.count == 1 ? .block : .line(within: objectWidth))
    }

    private static func state(_ state: StateDescription) -> YAMLTree {
        var fields = YAMLFields()
        fields.add(.id, .word(String(state.id)))
        if state.version != 0 { fields.add(.version, .word(String(state.version))) }
        let callbacks = CallbackKind.allCases.filter(state.callbacks.contains)
        fields.addUnlessEmpty(.callbacks, callbacks.map { .word($0.rawValue) }, .line(within: lineWidth))
        if state.prePatchReturn != 0 { fields.add(.prePatchReturn, .returnValue(state.prePatchReturn)) }
        if state.blocksDisable { fields.add(.blockDisable, .word("true")) }
        if state.isShadow { fields.add(.isShadow, .word("true")) }
        fields.add(.allocates, state.allocates.map(YAMLTree.text))
        fields.add(.destroys, state.destructorLine.map(YAMLTree.text))
        if state.isRetired { fields.add(.retires, .word("true")) }
        guard !state.prints.isEmpty else { return .mapping(fields, .line(within: objectWidth)) }
        var prints = YAMLFields()
        for kind in CallbackKind.allCases {
            guard let output = state.prints[kind], let key = Key(rawValue: kind.rawValue) else { continue }
            prints.add(key, stateOutput(output))
        }
        fields.add(.prints, .mapping(prints, .block))
        return .mapping(fields, .block)
    }

    private static func stateOutput(_ output: StateOutput) -> YAMLTree {
        if let text = output.first, output.takenOver == text { return .text(text) }
        var fields = YAMLFields()
        fields.add(.first, output.first.map(YAMLTree.text))
        fields.add(.takenOver, output.takenOver.map(YAMLTree.text))
        return .mapping(fields, .line(within: lineWidth))
    }

    private static func callbackLines(_ manifest: Manifest) -> YAMLFields {
        var fields = YAMLFields()
        for kind in CallbackKind.allCases {
            guard let lines = manifest.callbackLines[kind], let key = Key(rawValue: kind.rawValue) else { continue }
            fields.addUnlessEmpty(key, lines.map(YAMLTree.text), .line(within: lineWidth))
        }
        return fields
    }
}

/// Turns a step into what has to be written.
enum StepPrinter {
    private static let lineWidth = 120

    static func tree(of step: ScenarioStep) -> YAMLTree {
        var fields = YAMLFields()
        add(step.action, to: &fields)
        if step.leavesPending { fields.add(.pending, .word("true")) }
        fields.add(.fails, step.failure.map { .word($0.name) })
        fields.addUnlessEmpty(.prints, step.prints.map(YAMLTree.text), .line(within: lineWidth))
        if case .shadow = step.action { return .mapping(fields, .line(within: lineWidth)) }
        return .mapping(fields, .block)
    }

    private static func add(_ action: Action, to fields: inout YAMLFields) {
        switch action {
        case .load(let module, let options):
            fields.add(.load, .text(module))
            if !options.parameters.isEmpty { fields.add(.parameters, .text(options.parameters)) }
            fields.add(.replace, options.replace.map { .word($0 ? "true" : "false") })
            fields.add(.prePatchReturn, options.prePatchReturn.map(YAMLTree.returnValue))
            if options.initReturn != 0 { fields.add(.initReturn, .returnValue(options.initReturn)) }
        case .unload(let module): fields.add(.unload, .text(module))
        case .enable(let patch): fields.add(.enable, .text(patch))
        case .disable(let patch): fields.add(.disable, .text(patch))
        case .reverse(let patch): fields.add(.reverse, .text(patch))
        case .force(let patch): fields.add(.force, .text(patch))
        case .signal(let patch): fields.add(.signal, .text(patch))
        case .complete(let patch): fields.add(.complete, .text(patch))
        case .block(let function): fields.add(.block, .text(function))
        case .unblock(let function): fields.add(.unblock, .text(function))
        case .occupy(let function): fields.add(.occupy, .text(function))
        case .vacate(let function): fields.add(.vacate, .text(function))
        case .setPrePatchReturn(let patch, let object, let value):
            fields.add(.set, .text(patch))
            fields.add(.object, object.map(YAMLTree.text))
            fields.add(.prePatchReturn, .returnValue(value))
        case .ftrace(let isOn): fields.add(.ftrace, .word(isOn ? "on" : "off"))
        case .print(let line): fields.add(.print, .text(line))
        case .shadow(let call): add(call, to: &fields)
        }
    }

    private static func add(_ call: ShadowCall, to fields: inout YAMLFields) {
        fields.add(.shadow, .word(word(for: call.function)))
        fields.add(.caller, .text(call.caller))
        if call.function != .freeAll { fields.add(.object, .text(call.object)) }
        let id = id(of: call)
        fields.add(.id, .word(id))
        switch call.function {
        case .get: break
        case .alloc, .getOrAlloc:
            if call.size != 8 { fields.add(.size, .word(String(call.size))) }
            if call.constructor != .none { fields.add(.constructor, .text(call.constructor.pointer)) }
            if call.constructorData != ShadowArguments.null {
                fields.add(.constructorData, .text(call.constructorData))
            }
            if case .fails(_, let value) = call.constructor { fields.add(.constructorReturn, .returnValue(value)) }
            if call.newData != ShadowCallReader.variable(of: call.object, id) {
                fields.add(.variable, .text(call.newData))
            }
        case .free, .freeAll:
            if call.destructor != ShadowArguments.null { fields.add(.destructor, .text(call.destructor)) }
        }
    }

    private static func word(for function: ShadowCall.Function) -> String {
        switch function {
        case .get: "get"
        case .alloc: "alloc"
        case .getOrAlloc: "get_or_alloc"
        case .free: "free"
        case .freeAll: "free_all"
        }
    }

    /// In hexadecimal, or as it was written when the variable was named after it.
    private static func id(of call: ShadowCall) -> String {
        let written = call.newData.split(separator: " ").last.map(String.init) ?? ""
        let isNamedAfterIt = call.newData == ShadowCallReader.variable(of: call.object, written)
        guard isNamedAfterIt, ShadowCallReader.identifier(written) == call.id else {
            return "0x" + String(call.id, radix: 16)
        }
        return written
    }
}

extension YAMLTree {
    /// What a callback or an init function returns: `0`, `-ENODEV`.
    fileprivate static func returnValue(_ value: Int) -> YAMLTree {
        .word(Errno(number: -value).map { "-" + $0.name } ?? String(value))
    }

    /// A list on one line, if it fits.
    fileprivate static func line(_ items: [YAMLTree], within width: Int) -> YAMLTree {
        .list(items, .line(within: width))
    }
}
