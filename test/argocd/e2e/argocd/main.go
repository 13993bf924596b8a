// The programs of Argo CD that a sync goes through, in one binary: which one runs is said by ARGOCD_BINARY_NAME, as in Argo CD's own image.
package main

import (
	"fmt"
	"os"

	controller "github.com/argoproj/argo-cd/v3/cmd/argocd-application-controller/commands"
	pluginserver "github.com/argoproj/argo-cd/v3/cmd/argocd-cmp-server/commands"
	askpass "github.com/argoproj/argo-cd/v3/cmd/argocd-git-ask-pass/commands"
	reposerver "github.com/argoproj/argo-cd/v3/cmd/argocd-repo-server/commands"
	"github.com/argoproj/argo-cd/v3/common"
	"github.com/spf13/cobra"
)

func main() {
	programs := map[string]func() *cobra.Command{
		common.CommandApplicationController: controller.NewCommand,
		common.CommandRepoServer:            reposerver.NewCommand,
		common.CommandCMPServer:             pluginserver.NewCommand,
		common.CommandGitAskPass:            askpass.NewCommand,
	}
	name := os.Getenv("ARGOCD_BINARY_NAME")
	program, known := programs[name]
	if !known {
		fmt.Fprintf(os.Stderr, "ARGOCD_BINARY_NAME is %q, which is none of the programs in here\n", name)
		os.Exit(2)
	}
	if program().Execute() != nil {
		os.Exit(1)
	}
}
