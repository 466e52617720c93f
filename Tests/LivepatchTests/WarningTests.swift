import Livepatch
import Testing

@Suite("Heads of WARNs, and lines about tasks")
struct WarningTests {
    private let recogniser = Recogniser()

    @Test(
        arguments: [
            "WARNING: CPU: 1 PID: 88 at kernel/livepatch/core.c:996 __klp_enable_patch+0x1f/0x30",
            "WARNING: kernel/livepatch/core.c:996 at __klp_enable_patch+0x1f/0x30, CPU#1: insmod/1022",
            "WARNING: at kernel/livepatch/core.c:996 __klp_enable_patch+0x1f/0x30",
        ])
    func everyFormOfAWarningNamesItsFileAndLine(line: String) {
        let event = Event(.kernelWarning, number: 996, name: "kernel/livepatch/core.c", text: line)
        #expect(recogniser.recognise(line) == event)
    }

    @Test func aWarningThatNamesNoFileIsStillAWarning() {
        let line = "WARNING: possible circular locking dependency detected"
        #expect(recogniser.recognise(line) == Event(.kernelWarning, text: line))
    }

    @Test(arguments: ["kworker/u8:3", "tmux: server", "a b  c", ":", "x is running", "1:2:3", "it's"])
    func aTasksNameMayHoldColonsAndBlanks(name: String) {
        let head = "livepatch: klp_try_switch_task: "
        #expect(
            recogniser.recognise("\(head)\(name):1234 is running") == Event(.taskRunning, number: 1234, text: name))
        #expect(
            recogniser.recognise("\(head)\(name):1234 has an unreliable stack")
                == Event(.taskUnreliableStack, number: 1234, text: name))
        #expect(
            recogniser.recognise("\(head)\(name):1234 is sleeping on function cmdline_proc_show")
                == Event(.taskSleeping, number: 1234, name: "cmdline_proc_show", text: name))
    }

    @Test func aTaskWithoutANameIsStillATask() {
        let line = "livepatch: klp_try_switch_task: :1234 is running"
        withKnownIssue("An empty comm makes the line unknown.") {
            #expect(recogniser.recognise(line) == Event(.taskRunning, number: 1234, text: ""))
        }
    }

    @Test func whoComplainsOfAStackTellsTheGeneration() {
        let old = recogniser.identify("livepatch: klp_check_stack: sh:1 has an unreliable stack")
        let new = recogniser.identify("livepatch: klp_try_switch_task: sh:1 has an unreliable stack")
        #expect(old?.generations == .since(.linux412))
        #expect(new?.generations == .since(.linux55))
        #expect(old?.event == new?.event)
    }
}
