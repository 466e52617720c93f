import Livepatch
import Scenarios
import Simulation

/// The steps of a scenario for the guest's shell: calls of the functions in `tools/lab/guest.sh`.
struct GuestSteps {
    let scenario: Scenario
    let simulation: Simulation

    /// The script.
    ///
    /// - Throws: `Unperformable` if a step can't be performed.
    func text() throws(Unperformable) -> String {
        var text = ""
        var isHeld = false
        var callCounts: [String: Int] = [:]
        let starts = stepsToHold
        for (number, step) in scenario.steps.enumerated() {
            text += "step \(number) \(Self.quoted(marker(number, step.action) ?? ""))\n"
            if starts.contains(number) {
                text += "hold\n"
                isHeld = true
            }
            let isOver = isHeld && simulation.transitions[number] == nil && !step.leavesPending
            // To wait for the end is all that this step does.
            if isOver, case .complete = step.action { text += "release\n" }
            if case .unload(let module) = step.action {
                for line in step.prints { text += "lab farewell \(module) \(Self.quoted(line))\n" }
            }
            text += try command(step, number, &callCounts)
            if case .unload = step.action {} else { text += step.prints.map(say).joined() }
            if isOver {
                if case .complete = step.action {} else { text += "release\n" }
                isHeld = false
            }
            text += ending(step, number)
        }
        return text
    }

    /// The steps before which a task has to hold back the transition that they begin, or turn round: one whose next step is meant to
    /// come first although nothing holds it up. The task must be there before, in the state that the transition leaves.
    private var stepsToHold: Set<Int> {
        var result: Set<Int> = []
        var start = 0
        for number in scenario.steps.indices {
            let before = number > 0 ? simulation.transitions[number - 1] : nil
            let after = simulation.transitions[number]
            if before?.patch != after?.patch || before?.direction != after?.direction { start = number }
            if after != nil, simulation.races.contains(number) { result.insert(start) }
        }
        return result
    }

    // MARK: Steps

    private func command(
        _ step: ScenarioStep, _ number: Int, _ callCounts: inout [String: Int]
    ) throws(Unperformable) -> String {
        switch step.action {
        case .load(let module, let options): return load(module, options)
        case .unload(let module): return "unload \(module)\n"
        case .enable(let patch): return "put \(Self.directory)/\(patch)/enabled 1\n"
        case .disable(let patch): return "put \(Self.directory)/\(patch)/enabled 0\n"
        case .reverse(let patch): return "reverse \(patch)\n"
        case .force(let patch): return "put \(Self.directory)/\(patch)/force 1\n"
        case .signal: return "await_signal\n"
        case .complete: return "settle 60\n"
        case .block(let function):
            guard isSleepable(function) else { throw .notSleepable(function) }
            return "sleep_in \(function)\n"
        case .unblock(let function): return "wake \(function)\n"
        case .setPrePatchReturn(let patch, let object, let value):
            let objects = scenario.manifest.livepatches[patch]?.objects ?? []
            let suffix = object.flatMap { name in objects.firstIndex { $0.name == name } }.map { "_\($0)" } ?? ""
            return "put /sys/module/\(patch)/parameters/pre_patch_ret\(suffix) \(value)\n"
        case .ftrace(let isOn): return "ftrace \(isOn ? 1 : 0)\n"
        case .occupy(let function): return "occupy \(function)\n"
        case .vacate(let function): return "vacate \(function)\n"
        case .shadow(let call):
            defer { callCounts[call.caller, default: 0] += 1 }
            return "lab_step call \(call.caller) \(callCounts[call.caller, default: 0])\n"
        case .print(let line): return say(line)
        }
    }

    private func load(_ module: String, _ options: LoadOptions) -> String {
        var words = ["load", module + ".ko"]
        if let replace = options.replace { words.append("replace=\(replace ? 1 : 0)") }
        if let value = options.prePatchReturn { words.append("pre_patch_ret=\(value)") }
        if options.initReturn != 0 { words.append("init_ret=\(options.initReturn)") }
        return words.joined(separator: " ") + "\n"
    }

    /// A line of a module that works, or what a harness writes itself.
    private func say(_ line: String) -> String {
        let isNote = simulation.lines.contains { $0.text == line && $0.isMarker }
        return isNote ? "note \(Self.quoted(line))\n" : "lab say \(Self.quoted(line))\n"
    }

    /// After a step time passes until nothing is pending any more; or so much that what stays pending would have ended.
    private func ending(_ step: ScenarioStep, _ number: Int) -> String {
        let isPending = simulation.transitions[number] != nil
        if step.leavesPending { return isPending ? "must_be_pending\n" : "state\n" }
        return isPending ? "linger 1500\n" : "settle 60\n"
    }

    /// What the operator says before the step. What he says of its end is the guest's to say.
    private func marker(_ number: Int, _ action: Action) -> String? {
        switch action {
        case .ftrace, .occupy, .print: nil
        default: simulation.lines.first { $0.step == number && $0.isMarker }?.text
        }
    }

    private func isSleepable(_ function: String) -> Bool {
        if let known = PatchableFunction.named(function) { return known.isSleepable }
        return scenario.manifest.livepatches.values.contains { livepatch in
            livepatch.objects.contains { $0.name != Event.vmlinux && $0.functions.contains(function) }
        }
    }

    private static let directory = "/sys/kernel/livepatch"

    /// The text as one word of the shell.
    static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
