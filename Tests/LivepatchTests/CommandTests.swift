import Livepatch
import Testing

@Suite("Commands that a harness writes into the log")
struct CommandTests {
    static let commands: [(text: String, command: Command)] = [
        ("insmod x.ko", .load(module: "x", arguments: [])),
        ("insmod test_modules/test-klp-livepatch.ko", .load(module: "test_klp_livepatch", arguments: [])),
        ("insmod /lib/modules/6.1.0-56-amd64/live-patch/my-fix.ko.xz", .load(module: "my_fix", arguments: [])),
        ("insmod x.ko replace=1 y=2", .load(module: "x", arguments: ["replace=1", "y=2"])),
        ("insmod -f x.ko", .load(module: "x", arguments: [])),
        ("modprobe test_klp_state", .load(module: "test_klp_state", arguments: [])),
        ("modprobe test-klp-callbacks-demo pre_patch_ret=-19", demoThatFails),
        ("modprobe -r test_klp_state", .unload(module: "test_klp_state")),
        ("rmmod test-klp-state", .unload(module: "test_klp_state")),
        ("rmmod -f x", .unload(module: "x")),
        ("echo 0 > /sys/kernel/livepatch/x/enabled", .write(value: "0", patch: "x", file: "enabled")),
        ("echo 1 > /sys/kernel/livepatch/x/force", .write(value: "1", patch: "x", file: "force")),
        ("echo 1 > /sys/kernel/livepatch/x/signal", .write(value: "1", patch: "x", file: "signal")),
        ("sudo insmod x.ko", .load(module: "x", arguments: [])),
        ("sudo rmmod x", .unload(module: "x")),
        ("echo hello", .other),
        ("echo 1 > /sys/kernel/livepatch", .other),
        ("echo 1 > /proc/sys/kernel/ftrace_enabled", .other),
        ("ls -l", .other),
    ]
    private static let demoThatFails = Command.load(
        module: "test_klp_callbacks_demo", arguments: ["pre_patch_ret=-19"])

    @Test(arguments: commands)
    func aCommandSaysWhatWasDone(text: String, command: Command) {
        #expect(Command(text) == command)
    }

    @Test(arguments: ["", "   ", "insmod", "rmmod", "rmmod -f", "modprobe -r", "sudo"])
    func aCommandWithoutItsOperandIsNone(text: String) {
        #expect(Command(text) == nil)
    }

    @Test func anEchoWithoutValueIsNoWrite() {
        #expect(
            Command("echo > /sys/kernel/livepatch/x/enabled") != .write(value: ">", patch: "x", file: "enabled"))
    }

    @Test(arguments: ["modprobe --remove x", "modprobe -rf x"])
    func everySpellingOfRemovalUnloads(text: String) {
        #expect(Command(text) == .unload(module: "x"))
    }

    @Test func theCommandOfALogLineIsReadFromTheEvent() {
        let event = Recogniser().recognise("% modprobe -r test-klp-state", isFromUserSpace: true)
        #expect(event == Event(.command, text: "modprobe -r test-klp-state"))
        #expect(event?.text.flatMap { Command($0) } == .unload(module: "test_klp_state"))
    }
}
