import Livepatch

/// Turns the values of a YAML document into a scenario, and refuses one that contradicts itself.
enum ScenarioReader {
    private static let stepsMaximum = 1000

    static func scenario(_ value: YAMLValue) throws(Misreading) -> Scenario {
        let fields = try value.fields(.scenario)
        guard let summary = fields[.summary] else { throw value.error("a scenario needs a summary") }
        guard let steps = fields[.steps] else { throw value.error("a scenario needs steps") }
        var manifest = try ManifestReader.manifest(of: fields, isScenario: true)
        var checker = StepChecker(manifest: manifest)
        var result: [ScenarioStep] = []
        let items = try steps.items("a step")
        guard !items.isEmpty else { throw steps.error("expected at least one step") }
        guard items.count <= stepsMaximum else { throw steps.error("more than \(stepsMaximum) steps") }
        for item in items {
            let step = try StepReader.step(item)
            try checker.check(step, item)
            result.append(step)
        }
        manifest.outputLines = Set(result.flatMap(\.printedLines))
        return Scenario(
            summary: try summary.text(), test: try fields[.test]?.text(),
            generations: try generations(fields[.generations]), manifest: manifest,
            steps: result)
    }

    private static func generations(_ value: YAMLValue?) throws(Misreading) -> [Generation] {
        guard let value else { return [.linux55] }
        var result: [Generation] = []
        for item in try value.items("a generation") {
            guard let generation = Generation(rawValue: try item.word()) else {
                throw item.error(
                    "unknown generation; known are " + Generation.allCases.map(\.rawValue).joined(separator: ", ")
                        + "; each stands for the kernels up to the next")
            }
            guard !result.contains(generation) else { throw item.error("\(generation.rawValue) given twice") }
            result.append(generation)
        }
        guard !result.isEmpty else { throw value.error("expected at least one generation") }
        return result.sorted()
    }
}

/// Reads one step.
enum StepReader {
    static func step(_ value: YAMLValue) throws(Misreading) -> ScenarioStep {
        guard value.isMapping else {
            throw value.error("expected a step such as 'load: NAME'; it does one of \(Key.names(Key.actions))")
        }
        let fields = try value.fields(.step)
        let actions = Key.actions.filter { fields[$0] != nil }
        guard let action = actions.first, actions.count == 1, let operand = fields[action] else {
            throw value.error(
                actions.isEmpty
                    ? "a step does one of \(Key.names(Key.actions))"
                    : "a step does one thing; this one has \(Key.names(actions))")
        }
        for (key, option) in fields where Key.options.contains(key) && !action.options.contains(key) {
            throw option.error(
                "\(option.title) has no meaning for '\(action.rawValue)'; it takes "
                    + Key.names([.pending, .prints, .fails] + action.options))
        }
        return ScenarioStep(
            try self.action(action, operand, fields, value), leavesPending: try fields[.pending]?.bool() ?? false,
            prints: try lines(fields[.prints]), failure: try failure(fields[.fails]), place: value.place)
    }

    private static func action(
        _ action: Key, _ operand: YAMLValue, _ fields: [Key: YAMLValue], _ step: YAMLValue
    ) throws(Misreading) -> Action {
        switch action {
        case .load:
            return .load(
                module: try name(operand),
                LoadOptions(
                    parameters: try fields[.parameters]?.text() ?? "", replace: try fields[.replace]?.bool(),
                    prePatchReturn: try fields[.prePatchReturn]?.callbackReturn(),
                    initReturn: try fields[.initReturn]?.callbackReturn() ?? 0))
        case .unload: return .unload(module: try name(operand))
        case .enable: return .enable(patch: try name(operand))
        case .disable: return .disable(patch: try name(operand))
        case .reverse: return .reverse(patch: try name(operand))
        case .force: return .force(patch: try name(operand))
        case .signal: return .signal(patch: try name(operand))
        case .complete: return .complete(patch: try name(operand))
        case .block: return .block(function: try operand.text())
        case .unblock: return .unblock(function: try operand.text())
        case .occupy: return .occupy(function: try operand.text())
        case .vacate: return .vacate(function: try operand.text())
        case .ftrace: return .ftrace(isOn: try onOrOff(operand))
        case .print: return .print(line: try line(operand))
        case .shadow: return .shadow(try ShadowCallReader.call(operand, fields, step))
        case .set:
            guard let value = fields[.prePatchReturn] else { throw step.error("'set' needs pre_patch_ret") }
            var object: String?
            if let given = fields[.object] { object = try ModuleName.read(given, of: step, isObject: true) }
            return .setPrePatchReturn(patch: try name(operand), object: object, value: try value.callbackReturn())
        default: throw step.error("a step does one of \(Key.names(Key.actions))")
        }
    }

    private static func name(_ value: YAMLValue) throws(Misreading) -> String {
        try ModuleName.read(value, of: value)
    }

    private static func onOrOff(_ value: YAMLValue) throws(Misreading) -> Bool {
        switch try value.word() {
        case "on", "true": return true
        case "off", "false": return false
        default: throw value.error("expected on or off for 'ftrace'")
        }
    }

    private static func lines(_ value: YAMLValue?) throws(Misreading) -> [String] {
        guard let value else { return [] }
        var result: [String] = []
        for item in try value.items("a line") { result.append(try line(item)) }
        return result
    }

    /// What a module prints: `module: text`. What the kernel prints is the engine's to say; only what a harness writes may look like it.
    private static func line(_ value: YAMLValue) throws(Misreading) -> String {
        let text = try value.text()
        let isHarness = Recogniser().recognise(text, isFromUserSpace: true)?.message == .harnessNote
        let module = text.split(separator: ":", maxSplits: 1).first.map(String.init) ?? ""
        let isOfModule = module != text && module != "livepatch" && !module.contains(" ") && text.contains(": ")
        guard isHarness || isOfModule else { throw value.error("expected what a module prints, 'module: text'") }
        return text
    }

    private static func failure(_ value: YAMLValue?) throws(Misreading) -> Errno? {
        guard let value else { return nil }
        guard let errno = Errno(try value.word()) else {
            throw value.error("expected an errno such as EBUSY or 16 for 'fails'")
        }
        return errno
    }
}

extension Key {
    /// The options that a step doing this may have.
    fileprivate var options: [Key] {
        switch self {
        case .load: [.parameters, .replace, .prePatchReturn, .initReturn]
        case .set: [.prePatchReturn, .object]
        case .shadow:
            [.caller, .object, .id, .size, .constructor, .constructorData, .constructorReturn, .variable, .destructor]
        default: []
        }
    }
}
