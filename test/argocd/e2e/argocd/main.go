// The programs of Argo CD that a sync goes through, in one binary. Which one runs is said by ARGOCD_BINARY_NAME, or by the name that it is called by: as in Argo CD's own image.
package main

import (
	"fmt"
	"os"
	"path/filepath"

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
	name := filepath.Base(os.Args[0])
	if said := os.Getenv("ARGOCD_BINARY_NAME"); said != "" {
		name = said
	}
	program, known := programs[name]
	if !known {
		fmt.Fprintf(os.Stderr, "%q is none of the programs in here\n", name)
		os.Exit(2)
	}
	if program().Execute() != nil {
		os.Exit(1)
	}
}
