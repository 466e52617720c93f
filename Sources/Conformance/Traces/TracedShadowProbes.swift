import Ftrace
import Livepatch
import LivepatchTrace
import ReferenceEngine

/// Which events of a trace tell of the shadow variable API: of each function one probe at its entry and one at its return. A
/// function may be probed twice, be traced by the function tracers besides, and each instance records it anew; all of that is
/// one call.
struct TracedShadowProbes {
    /// What a step is for the calls.
    enum Role {
        case entry(ShadowCall.Function)
        case exit(ShadowCall.Function)
        /// klp_shadow_free_struct is entered.
        case destruction
        /// Nothing of the API.
        case other
        /// Of the API, but told by another event too.
        case ignored
    }

    /// The instance whose events count; nil for the top one.
    private(set) var instance: String?
    /// The functions whose returns are traced.
    private(set) var showReturn: Set<ShadowCall.Function> = []
    /// True if calls are traced with their arguments, which are whole pointers, and with the tasks that make them.
    private(set) var tellCalls = false
    /// True if results are whole pointers.
    private(set) var tellPointers = false
    /// How many calls there are if nothing more can be told of them.
    private(set) var callsWithoutArguments = 0

    private var entries: [ShadowCall.Function: Probe] = [:]
    private var exits: [ShadowCall.Function: Probe] = [:]
    private var destruction: Probe?
    /// The entries of klp_shadow_free_all that were given no destructor.
    private var withoutDestructor: Set<Int> = []

    private static let destructionName = "klp_shadow_free_struct"

    private struct Probe: Hashable {
        var system: String?
        var name: String
    }

    private struct Count: Hashable {
        var function: String
        var isExit: Bool
        var instance: String?
        var probe: Probe
    }

    init(_ steps: [TracedStep]) {
        var useful: [Count: Int] = [:]
        var order: [Count] = []
        var plain: [String?: Int] = [:]
        for step in steps {
            guard let function = step.shadowFunctionName else { continue }
            let record = step.record
            let isExit = if case .exit = step.kind { true } else { false }
            if !isExit, let known = ShadowCall.Function(rawValue: function), !Self.isInternal(known, record) {
                plain[record.instance, default: 0] += 1
            }
            guard record.kind == .event else { continue }
            let isUseful =
                isExit
                ? step.arguments.result != nil || Self.returnsNothing(function)
                : function == Self.destructionName
                    || ShadowCall.Function(rawValue: function).map { Self.key(of: $0, step) != nil } ?? false
            guard isUseful else { continue }
            let count = Count(
                function: function, isExit: isExit, instance: record.instance,
                probe: Probe(system: record.system, name: record.name))
            if useful[count] == nil { order.append(count) }
            useful[count, default: 0] += 1
        }
        callsWithoutArguments = plain.values.max() ?? 0
        chooseInstance(order, useful)
        chooseProbes(order.filter { $0.instance == instance }, useful)
        guard !entries.isEmpty else { return }
        readPointers(steps)
    }

    /// The instance that shows most calls.
    private mutating func chooseInstance(_ order: [Count], _ useful: [Count: Int]) {
        var calls: [String?: Int] = [:]
        for count in order where !count.isExit { calls[count.instance, default: 0] += useful[count] ?? 0 }
        var most = 0
        for count in order where calls[count.instance] ?? 0 > most {
            most = calls[count.instance] ?? 0
            instance = count.instance
        }
    }

    /// Of each function the probes that were hit most often, the first of several.
    private mutating func chooseProbes(_ order: [Count], _ useful: [Count: Int]) {
        var most: [String: Int] = [:]
        for count in order {
            let hits = useful[count] ?? 0
            let place = "\(count.function) \(count.isExit)"
            guard hits > most[place] ?? 0 else { continue }
            most[place] = hits
            if count.function == Self.destructionName {
                if !count.isExit { destruction = count.probe }
            } else if let function = ShadowCall.Function(rawValue: count.function) {
                if count.isExit { exits[function] = count.probe } else { entries[function] = count.probe }
            }
        }
        showReturn = Set(exits.keys)
    }

    /// Looks whether the probes fetched whole pointers: `obj=%di:u32` is half of one, and two halves may be alike.
    private mutating func readPointers(_ steps: [TracedStep]) {
        var hasObject = false
        var hasResult = false
        var hasWideObject = false
        var tellTasks = true
        for (number, step) in steps.enumerated() {
            let role = role(of: step)
            if case .entry = role { tellTasks = tellTasks && !TracedLane(step.record).isShared }
            switch role {
            case .entry(.freeAll):
                if step.record.fields.contains(where: { $0.name == "dtor" && $0.value == .number(0) }) {
                    withoutDestructor.insert(number)
                }
            case .entry:
                guard let object = step.arguments.numbers.first, object != 0 else { continue }
                hasObject = true
                hasWideObject = hasWideObject || Self.isWide(object)
            case .exit:
                guard let result = step.arguments.result, result != 0 else { continue }
                hasResult = true
                tellPointers = tellPointers || Self.isWide(result)
            default: break
            }
        }
        tellCalls = tellTasks && (hasWideObject || !hasObject)
        tellPointers = tellPointers || !hasResult
    }

    private static func isWide(_ pointer: Int64) -> Bool { !(Int64(Int32.min)...Int64(UInt32.max) ~= pointer) }

    /// What the step is.
    func role(of step: TracedStep) -> Role {
        guard let name = step.shadowFunctionName else { return .other }
        guard step.record.kind == .event, step.record.instance == instance else { return .ignored }
        let probe = Probe(system: step.record.system, name: step.record.name)
        let isExit = if case .exit = step.kind { true } else { false }
        if name == Self.destructionName { return !isExit && probe == destruction ? .destruction : .ignored }
        guard let function = ShadowCall.Function(rawValue: name) else { return .ignored }
        if isExit { return probe == exits[function] ? .exit(function) : .ignored }
        return probe == entries[function] ? .entry(function) : .ignored
    }

    /// True unless klp_shadow_free_all was given no destructor. Before 4.18 there was none to give.
    func mayCallDestructor(_ step: Int) -> Bool { !withoutDestructor.contains(step) }

    /// The object and the id; nil if the probe fetched something else.
    static func key(of function: ShadowCall.Function, _ step: TracedStep) -> ShadowVariables.Key? {
        let numbers = step.arguments.numbers
        let place = function == .freeAll ? 0 : 1
        guard numbers.count > place else { return nil }
        // Arguments that have names may have been fetched in any order, and some not at all.
        for (name, number) in [("id", place), ("size", place + 1)] {
            if let named = step.record.fields.number(name), numbers.count <= number || numbers[number] != named {
                return nil
            }
        }
        let object = function == .freeAll ? ShadowArguments.null : TracedPointer(value: numbers[0]).text
        return ShadowVariables.Key(object: object, id: UInt64(bitPattern: numbers[place]))
    }

    /// The function tracer names the caller.
    private static func isInternal(_ function: ShadowCall.Function, _ record: TraceRecord) -> Bool {
        function == .get && record.fields.text("parent_ip")?.contains("klp_shadow_") == true
    }

    private static func returnsNothing(_ function: String) -> Bool {
        [ShadowCall.Function.free.rawValue, ShadowCall.Function.freeAll.rawValue].contains(function)
    }
}

extension TracedStep {
    /// The function's name, if it is one of the shadow variables.
    fileprivate var shadowFunctionName: String? {
        guard let function, function.module == nil, function.name.hasPrefix("klp_shadow_") else { return nil }
        return function.name
    }
}

extension [TraceField] {
    fileprivate func number(_ name: String) -> Int64? {
        for field in self where field.name == name { if case .number(let number) = field.value { return number } }
        return nil
    }

    fileprivate func text(_ name: String) -> String? {
        for field in self where field.name == name { if case .text(let text) = field.value { return text } }
        return nil
    }
}
