import ArgumentParser
import Glibc

/// Checks what a Linux kernel's log says of livepatches against what livepatch has to do.
@main
struct Main: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "klp-verify",
        abstract: "Check what a kernel's log says of its livepatches against what livepatch must do.",
        discussion: """
            Reads dmesg, serial console, journal, syslog, /dev/kmsg and pstore logs, plain or compressed, rebuilds what \
            the livepatch subsystem did and says where the kernel, or the livepatch, broke the contract:

              klp-verify dmesg.log               what happened, and whether it may
              dmesg | klp-verify                 the running kernel
              klp-verify /var/log/kern.log*      rotated pieces of one log
              klp-verify inspect serial.log      what was read and what was skipped
              klp-verify explain KLP-C048        what a rule says

            Exit status: 0 conforms, 1 violates, 2 usage error or nothing readable, 3 inconclusive.
            """,
        version: "0.1.0",
        subcommands: [
            VerifyCommand.self, InspectCommand.self, ExplainCommand.self, SimulateCommand.self,
            DiffGenerationsCommand.self, ExploreCommand.self, GoldenCommand.self,
        ],
        defaultSubcommand: VerifyCommand.self)

    static func main() {
        // A reader that closes early (head, less) is no error.
        signal(SIGPIPE, SIG_IGN)
        if let status = runPlainly() { Glibc.exit(status) }
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            leave(with: error)
        }
    }

    /// Runs what plain arguments ask for; nil if there is more to parse.
    private static func runPlainly() -> Int32? {
        let subcommands = configuration.subcommands.compactMap { $0.configuration.commandName }
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            return try Verification(plainArguments: arguments, subcommands: subcommands)?.run()
        } catch {
            leave(with: error)
        }
    }

    /// Usage errors have a status of their own: 1 is a verdict.
    private static func leave(with error: any Error) -> Never {
        if let error = error as? InputError {
            Output.error("klp-verify: \(error.description)")
            Glibc.exit(2)
        }
        guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
        Output.error(fullMessage(for: error))
        Glibc.exit(2)
    }
}
