import ArgumentParser

/// How a command ends: 0 if all is as predicted, 1 if not, 2 if the lab failed.
enum Ending {
    /// - Parameter perform: does the work and says whether everything is as predicted.
    static func of(_ perform: () async throws(LabError) -> Bool) async throws {
        let isGood: Bool
        do throws(LabError) {
            isGood = try await perform()
        } catch {
            Progress(isShown: true).say(error.description)
            throw ExitCode(2)
        }
        if !isGood { throw ExitCode(1) }
    }
}
